/**
 * Passwords, as argon2id. Every check costs the same time and 19 MiB, whether the account exists or not, so at most two
 * run at once and the rest wait in a line of bounded length: many sign-ins at once must not take the server's memory.
 */
import { hash, verify } from '@node-rs/argon2';
import { WaypostError } from '@waypost/protocol';

/** OWASP's first choice for argon2id; about 20 ms on a small machine. The algorithm's default is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE_MAX = 2;
/** About ten seconds of work; beyond that a caller is told to come back. */
const WAITING_MAX = 1_000;
const LENGTH_MIN = 8;
/** Longer ones only cost time. */
const LENGTH_MAX = 1_024;

export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #nobody: Promise<string> | null = null;

  /** Throws `weak-password`. */
  async hash(password: string): Promise<string> {
    if (Array.from(password).length < LENGTH_MIN) throw new WaypostError('weak-password');
    if (password.length > LENGTH_MAX) {
      throw new WaypostError('weak-password', `Choose a password of at most ${LENGTH_MAX} characters.`);
    }
    return this.#inTurn(async () => hash(normal(password), COST));
  }

  /**
   * Whether this is the password behind the hash; `null` is the hash of nobody's password and takes as long. `mayTry` is
   * asked when the turn comes, so that a limit on attempts also holds for those that waited together.
   */
  async verify(password: string, passwordHash: string | null, mayTry: () => void): Promise<boolean> {
    if (password.length > LENGTH_MAX) return false;
    this.#nobody ??= hash('the password of nobody', COST);
    const against = passwordHash ?? (await this.#nobody);
    return this.#inTurn(async () => {
      mayTry();
      const equal = await verify(against, normal(password));
      return equal && passwordHash !== null;
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE_MAX) {
      if (this.#waiting.length >= WAITING_MAX) throw new WaypostError('rate-limited');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      // The place goes to the next in line, or becomes free.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}

/** Keyboards of different systems compose letters differently. */
function normal(password: string): string {
  return password.normalize('NFKC');
}
