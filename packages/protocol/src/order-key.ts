/** Fractional indices: keys that sort as text, with room for one more between any two that differ. */
import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';

/** Before keys grow longer, those around get new ones: {@link orderKeys}. */
export const ORDER_KEY_CHARS_MAX = 48;
/** What new keys then may have: room for a few dozen more at the same place, and few enough to move. Measured. */
const CHARS_AFTER_CLEARING = 32;

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Something that stands among others. */
export interface Ordered {
  readonly id: string;
  readonly order: string;
}

/**
 * A key strictly between two that differ (null: no bound). With `chance` (a number from 0 up to 1, drawn by the caller)
 * its last digits are jittered, so that two devices inserting in one gap seldom pick the same key.
 */
export function orderBetween(after: string | null, before: string | null, chance: number | null): string {
  const key = generateKeyBetween(after, before);
  if (chance === null) return key;
  const digits = DIGITS.length;
  const draw = Math.floor(chance * (digits - 1) * digits);
  const jitter = `${DIGITS[Math.floor(draw / (digits - 1))]}${DIGITS[1 + (draw % (digits - 1))]}`;
  // Behind the last one nothing is in the way. Below the key would use the gap up, and a list that only grows would
  // need ever longer keys.
  if (before === null) return key + jitter;
  // Two digits below the plain key and above its lower neighbour: key is the middle of the gap, so the lower half is free.
  const low = generateKeyBetween(after, key);
  return low + jitter < key ? low + jitter : low;
}

/** `count` evenly spread keys between two that differ. */
export function ordersBetween(after: string | null, before: string | null, count: number): string[] {
  return generateNKeysBetween(after, before, count);
}

/** Whether text is a key that further keys can be made from. */
export function isOrderKey(text: string): boolean {
  // The library takes any character as a digit, and fails only when the next key is made.
  if (text.length > 4 * ORDER_KEY_CHARS_MAX || !/^[0-9A-Za-z]+$/.test(text)) return false;
  try {
    generateKeyBetween(text, null);
    return true;
  } catch {
    return false;
  }
}

/** Siblings stand by order key, then by id: the same on every device. */
export function byOrder(a: Ordered, b: Ordered): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Something that stands among others, or is to: it has no key yet, or has to leave the one it has. */
export interface Placed {
  readonly id: string;
  readonly order: string | null;
}

/**
 * [ID6] Keys by which the entries stand in the order given. As many as still stand in it keep theirs; the others get new
 * ones, and so do those that leave no room because keys are equal or have grown long, or are none: another client may make
 * what the server will refuse.
 */
export function orderKeys(entries: readonly Placed[], chance: () => number): string[] {
  const kept = placesInOrder(entries);
  let keys = withNewKeys(entries, kept, chance);
  const longer = (charsMax: number): number[] =>
    keys.flatMap((key, at) => (!kept.has(at) && key.length > charsMax ? at : []));
  let crowded = longer(ORDER_KEY_CHARS_MAX);
  // A place that is used over and over: more and more of those around give way, until those that stay leave room.
  for (let reach = 1; crowded.length > 0; reach *= 2) {
    for (const at of crowded) for (let by = -reach; by <= reach; by += 1) kept.delete(at + by);
    keys = withNewKeys(entries, kept, chance);
    crowded = longer(CHARS_AFTER_CLEARING);
  }
  return keys;
}

/** A key for one more at a place among siblings as they stand, and those of them that need a new one to make room. */
export function roomAt<Sibling extends Ordered>(
  siblings: readonly Sibling[],
  place: number,
  chance: () => number,
): { readonly order: string; readonly moved: readonly Pick<Sibling, 'id' | 'order'>[] } {
  const newcomer: Placed = { id: '', order: null };
  const keys = orderKeys((siblings as readonly Placed[]).toSpliced(place, 0, newcomer), chance);
  const [order] = keys.splice(place, 1) as [string];
  const moved = siblings.flatMap((sibling, at) => {
    const key = keys[at] as string;
    return key === sibling.order ? [] : { id: sibling.id, order: key };
  });
  return { order, moved };
}

/** Those that keep their key: as many as can, and never two equal ones with a place for something new between them. */
function placesInOrder(entries: readonly Placed[]): Set<number> {
  const kept = new Set(longestRising(entries.map(({ order }) => (order !== null && isOrderKey(order) ? order : null))));
  // Of equal keys there is one among them. Those beside it that stand in order by their ids may stay too.
  const joins = (at: number, beside: number): void => {
    const [one, other] = [entries[at] as Placed, entries[beside] as Placed];
    if (kept.has(beside) && one.order === other.order && at < beside === one.id < other.id) kept.add(at);
  };
  for (let at = 1; at < entries.length; at += 1) joins(at, at - 1);
  for (let at = entries.length - 2; at >= 0; at -= 1) joins(at, at + 1);
  return kept;
}

function withNewKeys(entries: readonly Placed[], kept: ReadonlySet<number>, chance: () => number): string[] {
  const keys = entries.map(({ order }, at) => (kept.has(at) ? order : null));
  // From the middle of each gap out, so that keys grow with the logarithm of how many come together.
  const fill = (from: number, to: number): void => {
    if (from === to) return;
    const middle = (from + to) >> 1;
    keys[middle] = orderBetween(keys[from - 1] ?? null, keys[to] ?? null, chance());
    fill(from, middle);
    fill(middle + 1, to);
  };
  let from = 0;
  for (let to = 0; to <= entries.length; to += 1) {
    if (to < entries.length && !kept.has(to)) continue;
    fill(from, to);
    from = to + 1;
  }
  return keys as string[];
}

/** Positions of a longest strictly rising subsequence (Fredman 1975), entries without a value left out. */
function longestRising(values: readonly (string | null)[]): number[] {
  const tails: number[] = [];
  const previous = new Map<number, number | undefined>();
  values.forEach((value, at) => {
    if (value === null) return;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[tails[middle] as number] as string) < value) low = middle + 1;
      else high = middle;
    }
    previous.set(at, tails[low - 1]);
    tails[low] = at;
  });
  const found: number[] = [];
  for (let at = tails.at(-1); at !== undefined; at = previous.get(at)) found.push(at);
  return found;
}
