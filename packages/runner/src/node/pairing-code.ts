/**
 * The code by which a person tells the agent that a page is theirs: shown once, typed once, and void after a few wrong
 * ones. It is short enough to type, and long enough that the few tries anybody has come to one in a hundred thousand million.
 */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

/** Without what looks like something else. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const LENGTH = 8;
export const CODE_LIVES_MS = 10 * 60_000;
/** Enough for typing it wrong, and for a page that tries its luck meanwhile. */
export const CODE_TRIES = 5;

export type CodeAnswer = 'right' | 'wrong' | 'none';

export class PairingCode {
  readonly #now: () => number;
  #hash: Buffer | null = null;
  #triesLeft = 0;
  #until = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A new one; the one before is void. */
  show(): string {
    const letters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    this.#hash = hashOf(letters);
    this.#triesLeft = CODE_TRIES;
    this.#until = this.#now() + CODE_LIVES_MS;
    return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
  }

  /** Each question counts, and the right answer ends it. `none`: there is no code, or no longer. */
  isRight(typed: string): CodeAnswer {
    if (this.#hash === null || this.#now() >= this.#until) return 'none';
    this.#triesLeft -= 1;
    const isRight = timingSafeEqual(this.#hash, hashOf(typed.toUpperCase().replaceAll(/[\s-]/g, '')));
    if (isRight || this.#triesLeft === 0) this.#hash = null;
    return isRight ? 'right' : 'wrong';
  }
}

function hashOf(letters: string): Buffer {
  return createHash('sha256').update(letters).digest();
}
