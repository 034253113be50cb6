/** Fields as the screens call them, from the paths by which the model names them. */
import { type Content, type JsonNode, type JsonText, memberOf, printJson, stringOf } from '@waypost/protocol';
import { pathsOfGroup } from '@waypost/model';
import { capital } from '../design/words.ts';

/** `request.header[Accept]` is "Header Accept". */
export function fieldName(path: string): string {
  const plain = path.replace(/^(?:request|originalRequest|info)\./, '');
  const [, list, key, rest] = /^([^[]*)\[(.+?)\](?:\.(.+))?$/.exec(plain) ?? [];
  if (list !== undefined && key !== undefined) {
    if (list === 'event') return SCRIPTS[key] ?? `Script ${key}`;
    const row = ROWS[list];
    const name = key.startsWith('#') ? '' : ` ${unquoted(key)}`;
    if (row !== undefined) return rest === undefined ? `${row}${name}` : `${row}${name}: ${spaced(rest)}`;
  }
  return PLAIN[plain] ?? capital(spaced(plain));
}

const SCRIPTS: Readonly<Record<string, string>> = { prerequest: 'Script before', test: 'Script after' };

const ROWS: Readonly<Record<string, string>> = {
  header: 'Header',
  headers: 'Header',
  'url.query': 'Param',
  'url.variable': 'Path variable',
  'body.urlencoded': 'Form field',
  'body.formdata': 'Form field',
  variable: 'Variable',
  values: 'Variable',
};

const PLAIN: Readonly<Record<string, string>> = {
  'url.raw': 'URL',
  request: 'URL',
  originalRequest: 'URL',
  method: 'Method',
  name: 'Name',
  description: 'Description',
  body: 'Body',
  'body.raw': 'Body',
  'body.mode': 'Kind of body',
  'body.options': 'Language of the body',
  'body.options.raw': 'Language of the body',
  'body.options.raw.language': 'Language of the body',
  'body.graphql.query': 'GraphQL query',
  'body.graphql.variables': 'GraphQL variables',
  'body.file': 'File of the body',
  auth: 'Authorization',
  header: 'Order of the headers',
  'url.query': 'Order of the params',
  'url.variable': 'Order of the path variables',
  'body.urlencoded': 'Order of the form fields',
  'body.formdata': 'Order of the form fields',
  values: 'Order of the variables',
  variable: 'Order of the variables',
  event: 'Order of the scripts',
  code: 'Status code',
  '@place': 'Place',
};

function spaced(path: string): string {
  return path
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('.', ', ')
    .toLowerCase();
}

function unquoted(key: string): string {
  return key.startsWith('"') ? (JSON.parse(key) as string) : key;
}

/** The names of groups, each once: what a notice says was changed. */
export function groupNames(kind: string, groups: readonly string[], content: Content | null): string[] {
  const names = groups
    .filter((group) => !group.startsWith('@'))
    .flatMap((group) => (group === 'target' ? ['URL'] : pathsOfGroup(kind, group, [], content).map(({ path }) => path)))
    .map((path) => (path === 'URL' ? path : fieldName(path)));
  return [...new Set(names)];
}

export interface Sides {
  readonly group: string;
  readonly base: JsonText | null;
  readonly mine: JsonText | null;
  readonly theirs: JsonText | null;
}

/** What a person compares: values as text, null where there is none. */
export interface FieldPart {
  readonly name: string;
  readonly base: string | null;
  readonly mine: string | null;
  readonly theirs: string | null;
}

/** What is chosen together: one group, which may be shown as several parts. */
export interface ConflictField {
  readonly group: string;
  readonly parts: readonly FieldPart[];
}

export function conflictFields(kind: string, sides: readonly Sides[], content: Content | null): ConflictField[] {
  return sides.map(({ group, base, mine, theirs }) => {
    const values = mine === theirs ? [base, mine] : [mine, theirs];
    const parts = pathsOfGroup(kind, group, values, content).map(({ path, valueOf }): FieldPart => {
      const [mineText, theirsText] = [readable(valueOf(mine)), readable(valueOf(theirs))];
      // What differs only in how it is written is shown as it is written.
      const isAlike = mineText === theirsText && mine !== theirs;
      return {
        name: fieldName(path),
        base: readable(valueOf(base)),
        mine: isAlike ? exact(valueOf(mine)) : mineText,
        theirs: isAlike ? exact(valueOf(theirs)) : theirsText,
      };
    });
    return { group, parts };
  });
}

function exact(node: JsonNode | undefined): string | null {
  return node === undefined ? null : printJson(node);
}

/** A row as one line, a script as its lines, anything else as it is written. */
export function readable(node: JsonNode | undefined): string | null {
  if (node === undefined) return null;
  const text = stringOf(node);
  if (text !== undefined) return text;
  if (node.kind === 'array' && node.items.every((item) => stringOf(item) !== undefined))
    return node.items.map((item) => stringOf(item) ?? '').join('\n');
  if (node.kind === 'object') {
    const key = stringOf(memberOf(node, 'key'));
    if (key !== undefined) return rowText(node, key);
    return JSON.stringify(JSON.parse(printJson(node)), null, 2);
  }
  return printJson(node);
}

function rowText(row: JsonNode, key: string): string {
  const value = memberOf(row, 'value') ?? memberOf(row, 'src');
  const isOff = isScalar(memberOf(row, 'disabled'), 'true') || isScalar(memberOf(row, 'enabled'), 'false');
  const description = stringOf(memberOf(row, 'description')) ?? '';
  const notes = [...(isOff ? ['switched off'] : []), ...(description === '' ? [] : [description])];
  const text = value === undefined ? '' : (stringOf(value) ?? printJson(value));
  return `${key}: ${text}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`;
}

function isScalar(node: JsonNode | undefined, source: string): boolean {
  return node?.kind === 'scalar' && node.source === source;
}
