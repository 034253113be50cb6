/** Reading and editing an element's data by PATH. The result is new content; `differences` tells which groups to write. */
import {
  alignRows,
  type Content,
  isNull,
  JsonSyntaxError,
  type JsonNode,
  type JsonObject,
  memberOf,
  nodeAt,
  parseJson,
  rowsAt,
  scalar,
  stringOf,
  withMember,
  withoutMember,
} from '@waypost/protocol';
import { itemsOf, objectOf, strings } from '../json-edit.ts';
import { schemas } from '../kinds/schemas.ts';
import { BASE_MEMBERS } from '../url-edit.ts';
import { followUrl, requestPrefix } from './follow-url.ts';
import { parsePath, PathError, type Step } from './path.ts';
import { keyedList, type KeyedList, newRow, positionOf, rowOfText } from './rows.ts';

export type Edit =
  | { readonly op: 'text'; readonly path: string; readonly text: string }
  | { readonly op: 'json'; readonly path: string; readonly json: string }
  | { readonly op: 'unset'; readonly path: string };

/** Where ids and order keys of new rows come from. */
export interface Fresh {
  readonly id: () => string;
  readonly chance: () => number;
}

/** What stands at a path, or undefined. A row is read whole. Throws {@link PathError} where two rows match. */
export function readPath(kind: string, content: Content, path: string): JsonNode | undefined {
  let node: JsonNode | undefined = content.data;
  const names: string[] = [];
  for (const step of stepsOf(kind, content.data, path)) {
    if (step.by === 'name' || (step.by === 'key' && node?.kind === 'object')) {
      const name: string = step.by === 'name' ? step.name : step.key;
      node = memberOf(node, name);
      names.push(name);
    } else {
      const at = node?.kind === 'array' ? positionOf(content, node, keyedList(kind, names.join('.')), step) : null;
      node = at === null ? undefined : itemsOf(node)[at];
      names.push('[]');
    }
  }
  return node;
}

/** Applies edits one after the other. Throws {@link PathError}. */
export function editContent(kind: string, content: Content, edits: readonly Edit[], fresh: Fresh): Content {
  return edits.reduce((now, edit) => applyEdit(kind, now, edit, fresh), content);
}

function applyEdit(kind: string, content: Content, edit: Edit, fresh: Fresh): Content {
  const steps = stepsOf(kind, content.data, edit.path);
  const editor = new Editor(kind, content, edit);
  const edited = editor.write(content.data, steps, []) ?? objectOf({});
  const data = followUrl(kind, content.data, edited, steps);
  const aligned = alignRows(schemas(kind), content, data, fresh);
  const removed = editor.removed;
  if (removed === null) return aligned;
  // Known exactly here; alignment could take the row for an equal one beside it.
  const rows = rowsAt(content, removed.path).toSpliced(removed.at, 1);
  return { data, rows: { ...aligned.rows, [removed.path]: rows } };
}

/** What people write for every kind and every form: a collection's name is in its `info`, and a URL may be a plain string. */
function stepsOf(kind: string, data: JsonNode, path: string): readonly [Step, ...Step[]] {
  const steps = parsePath(path);
  const [first, second, third] = steps;
  if (first.by !== 'name') return steps;
  if (kind === 'collection' && first.name === 'name' && memberOf(data, 'name') === undefined) {
    return [{ by: 'name', name: 'info' }, ...steps];
  }
  const isRaw =
    first.name === requestPrefix(kind) && isName(second, 'url') && isName(third, 'raw') && steps.length === 3;
  return isRaw && stringOf(nodeAt(data, [first.name, 'url'])) !== undefined
    ? [first, { by: 'name', name: 'url' }]
    : steps;
}

function isName(step: Step | undefined, name: string): boolean {
  return step?.by === 'name' && step.name === name;
}

class Editor {
  /** The row that was taken out, if the edit did that. */
  removed: { readonly path: string; readonly at: number } | null = null;
  readonly #kind: string;
  readonly #content: Content;
  readonly #edit: Edit;

  constructor(kind: string, content: Content, edit: Edit) {
    this.#kind = kind;
    this.#content = content;
    this.#edit = edit;
  }

  write(node: JsonNode | undefined, steps: readonly Step[], names: readonly string[]): JsonNode | undefined {
    const [step, ...rest] = steps;
    if (step === undefined) return this.#value(node, names);
    const list = keyedList(this.#kind, names.join('.'));
    const isList = node?.kind === 'array' || ((node === undefined || isNull(node)) && list !== null);
    if (step.by !== 'name' && isList) return this.#writeEntry(node, list, [step, ...rest], names);
    if (step.by === 'row' || step.by === 'new') throw this.#inTheWay(names, 'a list of rows');
    const name = step.by === 'name' ? step.name : step.key;
    if (node !== undefined && node.kind !== 'object' && !isNull(node)) {
      if (this.#edit.op === 'unset') return node;
      throw this.#inTheWay(names, 'an object');
    }
    const object: JsonObject = node?.kind === 'object' ? node : objectOf({});
    const inner = this.write(memberOf(object, name), rest, [...names, name]);
    if (inner !== undefined) return withMember(object, name, inner);
    return node === undefined ? undefined : node.kind === 'object' ? withoutMember(object, name) : node;
  }

  #writeEntry(
    node: JsonNode | undefined,
    list: KeyedList | null,
    steps: readonly [Step, ...Step[]],
    names: readonly string[],
  ): JsonNode | undefined {
    const [step, ...rest] = steps;
    const items = itemsOf(node);
    const at = positionOf(this.#content, { kind: 'array', items }, list, step);
    if (at === null && this.#edit.op === 'unset') return node;
    const present = at === null ? undefined : items[at];
    const entry =
      rest.length === 0
        ? this.#entry(present, list, step)
        : this.write(present ?? newRow(list, step), rest, [...names, '[]']);
    if (entry === undefined) {
      if (at === null) return node;
      if (list?.rule != null) this.removed = { path: list.path, at };
      return { kind: 'array', items: items.toSpliced(at, 1) };
    }
    return { kind: 'array', items: at === null ? [...items, entry] : items.with(at, entry) };
  }

  /** A whole entry: its value, its script, or all of it where an object is given. */
  #entry(present: JsonNode | undefined, list: KeyedList | null, step: Step): JsonNode | undefined {
    const edit = this.#edit;
    if (edit.op === 'unset') return undefined;
    const value = edit.op === 'json' ? json(edit) : scalar(edit.text);
    if (value.kind === 'object' || (list === null && present?.kind !== 'object')) return value;
    if (step.by === 'new' && edit.op === 'text') return rowOfText(list, edit.text);
    const row = present ?? newRow(list, step);
    if (row.kind !== 'object') return value;
    if (list?.rule?.text !== 'script.exec') return withMember(row, 'value', value);
    const script = memberOf(row, 'script');
    if (script !== undefined && script.kind !== 'object') return withMember(row, 'script', value);
    const exec = memberOf(script, 'exec');
    return withMember(row, 'script', withMember(script ?? objectOf({}), 'exec', lines(exec, value)));
  }

  #value(present: JsonNode | undefined, names: readonly string[]): JsonNode | undefined {
    const edit = this.#edit;
    if (edit.op === 'unset') return undefined;
    if (edit.op === 'json') return json(edit);
    const part = names.at(-2) === 'url' ? names.at(-1) : undefined;
    if (part === 'host') return strings(edit.text.split('.'));
    if (part === 'path') return strings(edit.text.replace(/^\//, '').split('/'));
    // `followUrl` reads these as text.
    if (part !== undefined && (part === 'query' || BASE_MEMBERS.includes(part))) return scalar(edit.text);
    return names.at(-1) === 'exec' ? lines(present, scalar(edit.text)) : scalar(edit.text);
  }

  #inTheWay(names: readonly string[], needed: string): PathError {
    const where = names.length === 0 ? 'The element' : `"${names.join('.')}"`;
    return new PathError(
      'in-the-way',
      `${where} is not ${needed} here, so "${this.#edit.path}" cannot be set: set ${where} itself.`,
    );
  }
}

/** Scripts are lists of lines in most files and one text in some: text that is set takes the form that is there. */
function lines(present: JsonNode | undefined, value: JsonNode): JsonNode {
  const text = stringOf(value);
  return text === undefined || stringOf(present) !== undefined ? value : strings(text.split('\n'));
}

function json(edit: { readonly path: string; readonly json: string }): JsonNode {
  try {
    return parseJson(edit.json);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new PathError(
      'bad-value',
      `The value for ${edit.path} is not JSON: ${error.message}. For text write ${edit.path}=TEXT.`,
    );
  }
}
