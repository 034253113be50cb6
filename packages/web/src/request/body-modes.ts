/** The ways in which a body can be given, and the edits that go from one to another. */
import { type Edit, readPath } from '@waypost/model';
import { type JsonNode, memberOf, nodeAt, printJson, stringOf } from '@waypost/protocol';
import type { CodeLanguage } from '../design/code-editor.tsx';
import { type Editing, requestPath } from './editing.ts';

export type BodyMode = 'none' | 'raw' | 'formdata' | 'urlencoded' | 'file' | 'graphql';

export const BODY_MODES: readonly { readonly value: BodyMode; readonly label: string }[] = [
  { value: 'none', label: 'None' },
  { value: 'raw', label: 'Text' },
  { value: 'formdata', label: 'Form with files' },
  { value: 'urlencoded', label: 'Form, URL-encoded' },
  { value: 'graphql', label: 'GraphQL' },
  { value: 'file', label: 'File' },
];

/** As the format names the languages of a raw body. */
export const RAW_LANGUAGES: readonly { readonly value: CodeLanguage; readonly label: string }[] = [
  { value: 'text', label: 'Plain' },
  { value: 'json', label: 'JSON' },
  { value: 'xml', label: 'XML' },
  { value: 'html', label: 'HTML' },
  { value: 'javascript', label: 'JavaScript' },
];

export function bodyPath(kind: string): string {
  return requestPath(kind, 'body');
}

export function bodyOf({ kind, content }: Pick<Editing, 'kind' | 'content'>): JsonNode | undefined {
  const body = nodeAt(content.data, bodyPath(kind).split('.'));
  return body?.kind === 'object' ? body : undefined;
}

export function modeOf(body: JsonNode | undefined): BodyMode {
  const mode = stringOf(memberOf(body, 'mode'));
  const isKnown = BODY_MODES.some(({ value }) => value === mode);
  return isKnown && mode !== 'none' ? (mode as BodyMode) : 'none';
}

export function languageOf(body: JsonNode | undefined): CodeLanguage {
  const language = stringOf(nodeAt(body, ['options', 'raw', 'language']));
  return RAW_LANGUAGES.find(({ value }) => value === language)?.value ?? 'text';
}

/** The parts of the other ways stay, and are there again when one goes back. `kept` is a body that was switched off before. */
export function choosingMode(kind: string, body: JsonNode | undefined, mode: BodyMode, kept: JsonNode | null): Edit[] {
  const path = bodyPath(kind);
  if (mode === 'none') return [{ op: 'unset', path }];
  const restored: Edit[] =
    body === undefined ? [{ op: 'json', path, json: kept === null ? '{}' : printJson(kept) }] : [];
  return [...restored, { op: 'text', path: `${path}.mode`, text: mode }];
}

export function rawTextOf({ kind, content }: Editing): string {
  return stringOf(readPath(kind, content, `${bodyPath(kind)}.raw`)) ?? '';
}

/** Methods whose body the engine leaves out unless the request's settings say otherwise. */
const WITHOUT_BODY: readonly string[] = ['GET', 'HEAD', 'COPY', 'PURGE', 'UNLOCK'];

/** Whether a body that is there would not be sent. */
export function isBodyLeftOut({ kind, content }: Pick<Editing, 'kind' | 'content'>): boolean {
  const method = (stringOf(readPath(kind, content, requestPath(kind, 'method'))) ?? 'GET').toUpperCase();
  const sends = nodeAt(content.data, ['protocolProfileBehavior', 'disableBodyPruning']);
  return (
    WITHOUT_BODY.includes(method === '' ? 'GET' : method) && !(sends?.kind === 'scalar' && sends.source === 'true')
  );
}
