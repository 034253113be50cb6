/** Keeping a response: as an example below its request, or as a file. */
import { schemas } from '@waypost/model';
import {
  alignRows,
  ELEMENT_BYTES_MAX,
  type ElementId,
  EMPTY_OBJECT,
  fromValue,
  type JsonNode,
  memberOf,
  withMember,
} from '@waypost/protocol';
import { notify } from '../design/notice.tsx';
import { saveFile } from '../design/save-file.ts';
import { messageOf } from '../design/words.ts';
import type { Bench } from '../desk/bench.ts';
import { freshRows } from '../desk/new-id.ts';
import type { Attempt } from '../sending/attempt.ts';
import { type BodyType, bodyTypeOf, isText } from './body-kind.ts';
import { contentTypeOf } from './content-type.ts';
import { STATUS_WORDS } from './status-words.ts';

/** Of a body in an example: an element has to hold the rest, too. */
const EXAMPLE_BODY_BYTES_MAX = ELEMENT_BYTES_MAX / 2;

export async function saveAsExample(bench: Bench, id: ElementId, attempt: Attempt): Promise<void> {
  const draft = bench.drafts.state(id);
  const type = bodyTypeOf(contentTypeOf(attempt), attempt.body.start());
  const why = whyNot(draft === null || draft.isNew || draft.kind !== 'request', attempt, type);
  if (draft === null || why !== null) {
    notify({ text: 'Not saved as an example', ...(why === null ? {} : { detail: why }), kind: 'problem' });
    return;
  }
  const data = exampleData(attempt, memberOf(draft.content.data, 'request'), type);
  const content = alignRows(schemas('example'), { data: EMPTY_OBJECT, rows: {} }, data, freshRows);
  const name = `${attempt.head?.status ?? ''} ${attempt.head?.reason ?? ''}`.trim();
  const example = bench.drafts.begin('example', { parent: id, name, content });
  try {
    await bench.drafts.save(example, { place: id });
    notify({ text: 'Saved as an example', action: { label: 'Open', act: () => bench.tabs.openElement(example) } });
  } catch (error) {
    notify({ text: 'Not saved as an example', detail: messageOf(error), kind: 'problem' });
  }
}

function whyNot(isUnsaved: boolean, attempt: Attempt, type: BodyType): string | null {
  if (isUnsaved) return 'An example stands below its request: save the request first.';
  if (!isText(type) && attempt.body.size > 0) return 'An example holds text only: save the body to a file.';
  return attempt.body.size > EXAMPLE_BODY_BYTES_MAX ? 'The body is too large: save it to a file.' : null;
}

/** As the collection format has it. */
export function exampleData(attempt: Attempt, request: JsonNode | undefined, type: BodyType): JsonNode {
  const { head, body } = attempt;
  const { status = 0, reason = '', headers = [] } = head ?? {};
  const words = reason === '' ? (STATUS_WORDS[status] ?? '') : reason;
  const data = fromValue({
    name: `${status} ${words}`.trim(),
    status: words,
    code: status,
    _postman_previewlanguage: type.kind,
    header: headers.map(([key, value]) => ({ key, value })),
    cookie: [],
    body: new TextDecoder(type.charset).decode(body.bytes()),
  });
  if (data.kind !== 'object' || request === undefined) return data;
  return withMember(data, 'originalRequest', request);
}

export function saveToFile(attempt: Attempt): void {
  const type = bodyTypeOf(contentTypeOf(attempt), attempt.body.start());
  saveFile(fileNameOf(attempt, type), attempt.body.blob('application/octet-stream'));
}

const ENDINGS: Readonly<Record<string, string>> = {
  json: 'json',
  xml: 'xml',
  html: 'html',
  css: 'css',
  javascript: 'js',
  pdf: 'pdf',
  text: 'txt',
  events: 'txt',
};

/** What the server calls it, or the last part of the address; with an ending that says what it is. */
export function fileNameOf({ head, url }: Attempt, type: BodyType): string {
  const disposition = head?.headers.find(([name]) => name.toLowerCase() === 'content-disposition')?.[1] ?? '';
  const said = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
  const named = said === undefined ? plain : decoded(said);
  if (named !== undefined) return safeName(named);
  const last = (URL.parse(url)?.pathname ?? '').split('/').at(-1) ?? '';
  const base = safeName(decoded(last) || 'response');
  return base.includes('.')
    ? base
    : `${base}.${ENDINGS[type.kind] ?? type.mime.split('/')[1]?.replace(/\+.*$/, '') ?? 'bin'}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function safeName(name: string): string {
  return name.replace(/[/\\:*?"<>|\p{Cc}]/gu, '_').slice(0, 150) || 'response';
}
