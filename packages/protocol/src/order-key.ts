/** Fractional indices: keys that sort as text, with always room for one more between two of them. */
import { generateKeyBetween, generateNKeysBetween } from 'fractional-indexing';

/** Longer keys are rebalanced, as a normal change of the siblings' places. */
export const ORDER_KEY_CHARS_MAX = 48;

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * A key strictly between two (null: no bound). With `chance` (a number from 0 up to 1, drawn by the caller) its last
 * digits are jittered, so that two devices inserting in one gap seldom pick the same key; ties are broken by id.
 */
export function orderBetween(after: string | null, before: string | null, chance: number | null): string {
  const key = generateKeyBetween(after, before);
  if (chance === null) return key;
  // Two digits below the plain key and above its lower neighbour: key is the middle of the gap, so the lower half is free.
  const low = generateKeyBetween(after, key);
  const digits = DIGITS.length;
  const draw = Math.floor(chance * (digits - 1) * digits);
  const jittered = low + DIGITS[Math.floor(draw / (digits - 1))] + DIGITS[1 + (draw % (digits - 1))];
  return jittered < key ? jittered : low;
}

/** `count` evenly spread keys between two. */
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
export function byOrder(
  a: { readonly order: string; readonly id: string },
  b: { readonly order: string; readonly id: string },
): number {
  if (a.order !== b.order) return a.order < b.order ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
