/**
 * Pages: a workspace as it arrived in a snapshot, kept as the gzip bytes that arrived. First the skeleton, which says for
 * each body in order what a list shows of it; then the bodies. What changes later stands beside the pages; now and then it
 * is packed into pages of its own, and what it replaces becomes a hole in the skeleton. Old pages are never unpacked for that.
 */
import {
  type Element,
  elementOf,
  INFLATED_BYTES_MAX,
  isPlainWireElement,
  type SkeletonEntry,
  WaypostError,
  wireElement,
  wireElementSchema,
} from '@waypost/protocol';
import type { Compression } from './ports.ts';
import type { PagesRecord } from './records.ts';
import { bytesOf, textOf } from './utf8.ts';

/** A slot whose body no longer counts. */
export type SkeletonSlot = SkeletonEntry | 0;

/** Characters of JSON in one page of bodies: small enough to parse for one element, large enough to compress well. */
const PAGE_CHARS = 1024 * 1024;
/** Slots in one page of skeleton. */
const SKELETON_SLOTS = 50_000;

export async function readSkeletonPage(bytes: Uint8Array, compression: Compression): Promise<readonly SkeletonSlot[]> {
  return (await readPage(bytes, compression)) as readonly SkeletonSlot[];
}

/** Throws `storage-failed` for a page that is not what it should be. */
export async function readBodyPage(bytes: Uint8Array, compression: Compression): Promise<readonly Element[]> {
  return (await readPage(bytes, compression)).map((value) => {
    const wire = isPlainWireElement(value) ? value : wireElementSchema.safeParse(value).data;
    if (wire === undefined || !('data' in wire))
      throw new WaypostError('storage-failed', 'A page of this store is damaged.');
    return elementOf(wire);
  });
}

async function readPage(bytes: Uint8Array, compression: Compression): Promise<readonly unknown[]> {
  const values: unknown = JSON.parse(textOf(await compression.gunzip(bytes, INFLATED_BYTES_MAX)));
  if (!Array.isArray(values)) throw new WaypostError('storage-failed', 'A page of this store is damaged.');
  return values as readonly unknown[];
}

export interface Packed {
  readonly pages: readonly Uint8Array[];
  readonly record: PagesRecord;
}

/** Old body pages as they are, followed by pages of the given elements; `slots` describes both, in that order. */
export async function pack(
  kept: { readonly pages: readonly Uint8Array[]; readonly counts: readonly number[] },
  added: readonly Element[],
  slots: readonly SkeletonSlot[],
  compression: Compression,
): Promise<Packed> {
  const skeleton: Uint8Array[] = [];
  for (let at = 0; at < Math.max(1, slots.length); at += SKELETON_SLOTS) {
    skeleton.push(await compression.gzip(bytesOf(JSON.stringify(slots.slice(at, at + SKELETON_SLOTS)))));
  }
  const bodies: Uint8Array[] = [];
  const counts: number[] = [];
  for (const texts of inPages(added)) {
    bodies.push(await compression.gzip(bytesOf(`[${texts.join(',')}]`)));
    counts.push(texts.length);
  }
  return {
    pages: [...skeleton, ...kept.pages, ...bodies],
    record: { skeleton: skeleton.length, bodies: [...kept.counts, ...counts] },
  };
}

function* inPages(elements: readonly Element[]): Iterable<readonly string[]> {
  let texts: string[] = [];
  let chars = 0;
  for (const element of elements) {
    const text = JSON.stringify(wireElement(element));
    if (chars > 0 && chars + text.length > PAGE_CHARS) {
      yield texts;
      texts = [];
      chars = 0;
    }
    texts.push(text);
    chars += text.length;
  }
  if (texts.length > 0) yield texts;
}

/** Which body page holds a slot, counted from the first body page, and where in it. */
export function findSlot(counts: readonly number[], slot: number): { readonly page: number; readonly at: number } {
  let at = slot;
  for (let page = 0; page < counts.length; page += 1) {
    const count = counts[page] ?? 0;
    if (at < count) return { page, at };
    at -= count;
  }
  throw new RangeError(`No page holds slot ${slot}.`);
}
