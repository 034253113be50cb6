/**
 * Judging one field group: what the server does when a write meets what others wrote since (SPEC, section JG). Pure, and
 * run by both sides: by the server for good, by devices to predict and to ask before saving.
 */
import type { Base } from './change.ts';
import type { Stamp } from './element.ts';
import type { DeviceId } from './ids.ts';
import { canonicalJson, equalJsonText, type JsonText, parseJson } from './json.ts';
import { mergeText } from './merge-text.ts';
import type { Way } from './schema.ts';

export interface JudgedWrite {
  readonly way: Way;
  readonly base: Base;
  readonly mine: JsonText | null;
  readonly writer: DeviceId;
}

/** A group as it stands: its value and who put it there. */
export interface Standing {
  readonly value: JsonText | null;
  readonly stamp: Stamp;
}

export type Verdict =
  | { readonly kind: 'noop' }
  | { readonly kind: 'apply'; readonly value: JsonText | null; readonly author: DeviceId | null }
  | { readonly kind: 'merge'; readonly value: JsonText; readonly author: DeviceId | null }
  | { readonly kind: 'conflict' };

export function judge(write: JudgedWrite, standing: Standing): Verdict {
  const { base, mine, writer } = write;
  const { value: theirs, stamp } = standing;
  // [JG1] Nothing the server does to a value, and no agreement, is ever a conflict.
  if (equalJsonText(mine, theirs)) return { kind: 'noop' };
  // [JG9]
  if (isContext(write, theirs)) return { kind: 'noop' };
  const untouched: Verdict = { kind: 'apply', value: mine, author: writer };
  // [JG2]
  if (equalsBase(base, theirs)) return untouched;
  if (write.way === 'latest') return untouched;
  const own = stamp.author === writer;
  if (write.way === 'text' && 'text' in base.value) {
    // [JG5] Merged whoever wrote last: a second queued edit of mine must not erase the lines the first was merged with.
    const merged = mergeText(base.value.text, mine, theirs);
    if (merged !== null) return { kind: 'merge', value: merged, author: own ? writer : null };
  }
  // [JG3] My own earlier write, seen or not from this tab, never conflicts with me; a merged value has no author.
  if (own || stamp.revision <= base.revision) return untouched;
  return { kind: 'conflict' };
}

/** A group left as it was seen says what the rest of the change was made in. Only where it is gone it has to come back for that. */
export function isContext({ way, base, mine }: Omit<JudgedWrite, 'writer'>, theirs: JsonText | null): boolean {
  return way !== 'latest' && theirs !== null && mine !== null && equalsBase(base, mine);
}

/** Whether what stands is what the write was made over. */
export function equalsBase(base: Base, value: JsonText | null): boolean {
  if ('text' in base.value) return equalJsonText(base.value.text, value);
  return value !== null && base.value.hash === hashOfValue(value);
}

/** A base as it is sent: whole where it is short, else by hash. */
export function baseOf(revision: number, value: JsonText | null, charsMax: number): Base {
  if (value === null || value.length <= charsMax) return { revision, value: { text: value } };
  return { revision, value: { hash: hashOfValue(value) } };
}

/** 64 bits over the canonical value (two lanes of FNV-1a). Tells honest values apart; it is no defence against forgery. */
export function hashOfValue(value: JsonText): string {
  const text = canonicalJson(parseJson(value));
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ (code + at), 0x5bd1e995);
    high ^= high >>> 15;
  }
  return `${text.length.toString(36)}-${hex(low)}${hex(high)}`;
}

function hex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, '0');
}
