/**
 * JSON that survives. `JSON.parse` rounds long numbers, forgets that `1.0` was not `1`, and reorders members whose
 * names look like integers; none of that may happen to somebody's collection. This tree keeps every scalar and every
 * member name by its source text, so that printing gives the same tokens back; only white space between them goes.
 */

export interface JsonObject {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  readonly key: string;
  /** The name as written, quotes and escapes included. */
  readonly keySource: string;
  readonly value: JsonNode;
}

export interface JsonArray {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonScalar {
  readonly kind: 'scalar';
  /** The literal as written: a string with its quotes, a number, `true`, `false` or `null`. */
  readonly source: string;
}

export type JsonNode = JsonObject | JsonArray | JsonScalar;

/** JSON text. Values travel and are stored as text because only text keeps literals and member order. */
export type JsonText = string;

/** Deeper nesting than any real file; without a bound a hostile one would exhaust the stack. */
export const JSON_DEPTH_MAX = 256;

export class JsonSyntaxError extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(`${message} at character ${position}`);
    this.name = 'JsonSyntaxError';
    this.position = position;
  }
}

/** Reads JSON text (RFC 8259) into a tree. Throws {@link JsonSyntaxError}. */
export function parseJson(text: string): JsonNode {
  const reader = new Reader(text);
  const node = reader.value(0);
  reader.end();
  return node;
}

/**
 * As {@link parseJson}, for texts that are read again soon: an element's data is looked at by one step after the other.
 * Trees are never changed, so that all of them may have the same one.
 */
export function parseRecent(text: JsonText): JsonNode {
  const known = recent.get(text);
  if (known !== undefined) return known;
  const node = parseJson(text);
  remember(text, node);
  return node;
}

/** As {@link printJson}, for a text that is read again soon. */
export function printRecent(node: JsonNode): JsonText {
  const text = printJson(node);
  remember(text, node);
  return text;
}

/** Emptied when it is full: what is read again is read again at once. */
let recent = new Map<JsonText, JsonNode>();
let recentChars = 0;
const RECENT_CHARS_MAX = 512 * 1024;
const RECENT_TEXT_CHARS_MAX = 16 * 1024;

function remember(text: JsonText, node: JsonNode): void {
  if (text.length > RECENT_TEXT_CHARS_MAX) return;
  if (recentChars > RECENT_CHARS_MAX) {
    recent = new Map();
    recentChars = 0;
  }
  recent.set(text, node);
  recentChars += text.length;
}

/** The tree as text without white space between tokens. `parseJson` then `printJson` keeps every token. */
export function printJson(node: JsonNode): JsonText {
  if (node.kind === 'scalar') return node.source;
  if (node.kind === 'array') {
    let out = '[';
    for (let i = 0; i < node.items.length; i += 1) out += (i > 0 ? ',' : '') + printJson(node.items[i] as JsonNode);
    return `${out}]`;
  }
  let out = '{';
  for (let i = 0; i < node.members.length; i += 1) {
    const member = node.members[i] as JsonMember;
    out += `${(i > 0 ? ',' : '') + member.keySource}:${printJson(member.value)}`;
  }
  return `${out}}`;
}

/** One text for all ways of writing the same value: members sorted, the last of equal names kept, numbers by value. */
export function canonicalJson(node: JsonNode): string {
  if (node.kind === 'scalar') return canonicalScalar(node.source);
  if (node.kind === 'array') return `[${node.items.map(canonicalJson).join(',')}]`;
  const members = new Map<string, JsonNode>();
  for (const member of node.members) members.set(member.key, member.value);
  const names = [...members.keys()].sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(members.get(name) as JsonNode)}`).join(',')}}`;
}

/** Whether two values are the same value, as {@link canonicalJson} says; absent equals only absent. */
export function equalJson(a: JsonNode | undefined, b: JsonNode | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if (a.kind === 'object') return b.kind === 'object' && equalObjects(a, b);
  if (a.kind === 'array') {
    return (
      b.kind === 'array' && a.items.length === b.items.length && a.items.every((item, i) => equalJson(item, b.items[i]))
    );
  }
  return b.kind === 'scalar' && (a.source === b.source || canonicalScalar(a.source) === canonicalScalar(b.source));
}

function equalObjects(a: JsonObject, b: JsonObject): boolean {
  const isAlike = a.members.length === b.members.length && a.members.every(({ key }, i) => key === b.members[i]?.key);
  if (isAlike) {
    const at = a.members.findIndex(({ value }, i) => !equalJson(value, b.members[i]?.value));
    if (at < 0) return true;
    // Of a name that stands there twice only the last counts.
    if (a.members.findLastIndex(({ key }) => key === a.members[at]?.key) === at) return false;
  }
  return canonicalJson(a) === canonicalJson(b);
}

/** As {@link equalJson}, on text. Equal text needs no parsing. */
export function equalJsonText(a: JsonText | null, b: JsonText | null): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  return equalJson(parseRecent(a), parseRecent(b));
}

/** The value as JavaScript holds it. Long numbers are rounded: for reading, never for writing back. */
export function toValue(node: JsonNode): unknown {
  return JSON.parse(printJson(node)) as unknown;
}

/** A tree of a JavaScript value that `JSON.stringify` can print. */
export function fromValue(value: unknown): JsonNode {
  return parseJson(JSON.stringify(value));
}

export function scalar(value: string | number | boolean | null): JsonScalar {
  return { kind: 'scalar', source: JSON.stringify(value) };
}

/** The string a scalar holds, or undefined where it holds something else. */
export function stringOf(node: JsonNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.source.charCodeAt(0) !== QUOTE) return undefined;
  return JSON.parse(node.source) as string;
}

export function isNull(node: JsonNode | undefined): boolean {
  return node?.kind === 'scalar' && node.source === 'null';
}

/** The member of that name; of several, the last, as every reader of JSON has it. */
export function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  if (node?.kind !== 'object') return undefined;
  for (let i = node.members.length - 1; i >= 0; i -= 1) {
    const member = node.members[i] as JsonMember;
    if (member.key === key) return member.value;
  }
  return undefined;
}

/**
 * The object with that member set in its place. A new one goes behind the last whose name is not greater: devices that
 * learn of new members in different orders still arrive at the same text.
 */
export function withMember(node: JsonObject, key: string, value: JsonNode): JsonObject {
  const at = node.members.findLastIndex((member) => member.key === key);
  if (at < 0) {
    const added = { key, keySource: JSON.stringify(key), value };
    const behind = node.members.findLastIndex((member) => member.key <= key);
    return { kind: 'object', members: node.members.toSpliced(behind + 1, 0, added) };
  }
  const members = node.members.slice();
  members[at] = { ...(members[at] as JsonMember), value };
  return { kind: 'object', members };
}

/** The object without any member of that name. */
export function withoutMember(node: JsonObject, key: string): JsonObject {
  if (!node.members.some((member) => member.key === key)) return node;
  return { kind: 'object', members: node.members.filter((member) => member.key !== key) };
}

/** The value at a path of member names. */
export function nodeAt(node: JsonNode | undefined, path: readonly string[]): JsonNode | undefined {
  let at = node;
  for (const key of path) at = memberOf(at, key);
  return at;
}

export const EMPTY_OBJECT: JsonObject = { kind: 'object', members: [] };
export const EMPTY_ARRAY: JsonArray = { kind: 'array', items: [] };

const QUOTE = 34;
const BACKSLASH = 92;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonNode {
    if (depth > JSON_DEPTH_MAX) throw new JsonSyntaxError(`nested deeper than ${JSON_DEPTH_MAX}`, this.#at);
    this.#space();
    const code = this.#text.charCodeAt(this.#at);
    if (code === 123) return this.#object(depth);
    if (code === 91) return this.#array(depth);
    if (code === QUOTE) return { kind: 'scalar', source: this.#string() };
    if (code === 116) return this.#word('true');
    if (code === 102) return this.#word('false');
    if (code === 110) return this.#word('null');
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#unexpected();
    this.#at = NUMBER.lastIndex;
    return { kind: 'scalar', source: match[0] };
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected();
  }

  #object(depth: number): JsonObject {
    const members: JsonMember[] = [];
    this.#at += 1;
    if (this.#taken(125)) return { kind: 'object', members };
    for (;;) {
      this.#space();
      if (this.#text.charCodeAt(this.#at) !== QUOTE) throw this.#unexpected();
      const keySource = this.#string();
      if (!this.#taken(58)) throw this.#unexpected();
      const value = this.value(depth + 1);
      members.push({ key: unquoted(keySource), keySource, value });
      if (this.#taken(44)) continue;
      if (this.#taken(125)) return { kind: 'object', members };
      throw this.#unexpected();
    }
  }

  #array(depth: number): JsonArray {
    const items: JsonNode[] = [];
    this.#at += 1;
    if (this.#taken(93)) return { kind: 'array', items };
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#taken(44)) continue;
      if (this.#taken(93)) return { kind: 'array', items };
      throw this.#unexpected();
    }
  }

  #string(): string {
    const start = this.#at;
    let at = start + 1;
    let escaped = false;
    for (;;) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        escaped = true;
        at += 2;
      } else if (code >= 32) {
        at += 1;
      } else {
        // Below 32: a control character, or NaN at the end of the text.
        this.#at = at;
        throw this.#unexpected();
      }
      if (at > this.#text.length) {
        this.#at = this.#text.length;
        throw this.#unexpected();
      }
    }
    const source = this.#text.slice(start, at + 1);
    if (escaped) {
      try {
        JSON.parse(source);
      } catch {
        throw new JsonSyntaxError('a string with a bad escape', start);
      }
    }
    this.#at = at + 1;
    return source;
  }

  #word(word: string): JsonScalar {
    if (!this.#text.startsWith(word, this.#at)) throw this.#unexpected();
    this.#at += word.length;
    return { kind: 'scalar', source: word };
  }

  #taken(code: number): boolean {
    this.#space();
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at += 1;
    return true;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at += 1;
    }
  }

  #unexpected(): JsonSyntaxError {
    return this.#at >= this.#text.length
      ? new JsonSyntaxError('the text ends too early', this.#at)
      : new JsonSyntaxError(`unexpected ${JSON.stringify(this.#text[this.#at])}`, this.#at);
  }
}

function unquoted(source: string): string {
  return source.includes('\\') ? (JSON.parse(source) as string) : source.slice(1, -1);
}

function canonicalScalar(source: string): string {
  const code = source.charCodeAt(0);
  if (code === QUOTE) return source.includes('\\') ? JSON.stringify(JSON.parse(source)) : source;
  return code === 45 || (code >= 48 && code <= 57) ? canonicalNumber(source) : source;
}

/** `1`, `1.0`, `10e-1` are one number; twenty digits are compared as twenty digits. */
function canonicalNumber(source: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source);
  if (match === null) return source;
  const fraction = match[3] ?? '';
  const digits = (match[2] + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  const trimmed = digits.replace(/0+$/, '');
  const exponent = BigInt(match[4] ?? '0') - BigInt(fraction.length) + BigInt(digits.length - trimmed.length);
  return `${match[1]}${trimmed}e${exponent}`;
}
