/**
 * How often one may be wrong. Only failures count, and only against the address they come from, once for the account that
 * was tried and once for the address as a whole: somebody guessing at an account makes their own address wait and never
 * keeps its owner out.
 */
import { WaypostError } from '@waypost/protocol';

interface Allowance {
  /** Failures in a row before waiting begins. */
  readonly burst: number;
  /** One more is allowed after this long. */
  readonly refillMs: number;
}

const PER_ACCOUNT: Allowance = { burst: 10, refillMs: 10_000 };
const PER_ADDRESS: Allowance = { burst: 100, refillMs: 1_000 };
/** About 1 MB. Beyond it the ones untouched for longest are forgotten; an address cannot push out its own total. */
const REMEMBERED_MAX = 10_000;

export class AttemptLimit {
  readonly #accounts = new Failures(PER_ACCOUNT);
  readonly #addresses = new Failures(PER_ADDRESS);
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Throws `rate-limited` with `retryAfterMs`. */
  check(address: string, account: string): void {
    const place = placeOf(address);
    const waitMs = Math.max(
      this.#addresses.waitMs(place, this.#now()),
      this.#accounts.waitMs(`${place} ${account}`, this.#now()),
    );
    if (waitMs > 0) throw new WaypostError('rate-limited', undefined, { retryAfterMs: waitMs });
  }

  failed(address: string, account: string): void {
    const place = placeOf(address);
    this.#addresses.add(place, this.#now());
    this.#accounts.add(`${place} ${account}`, this.#now());
  }

  /** The right password was given: what was mistyped before is forgiven. */
  succeeded(address: string, account: string): void {
    this.#accounts.forget(`${placeOf(address)} ${account}`);
  }
}

/** Leaky buckets by key, kept as the moment at which each would be empty. */
class Failures {
  readonly #allowance: Allowance;
  /** In order of last use. */
  readonly #emptyAt = new Map<string, number>();

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  waitMs(key: string, now: number): number {
    const { burst, refillMs } = this.#allowance;
    const level = (this.#emptyAt.get(key) ?? now) - now;
    return Math.max(0, level - (burst - 1) * refillMs);
  }

  add(key: string, now: number): void {
    const emptyAt = Math.max(this.#emptyAt.get(key) ?? now, now) + this.#allowance.refillMs;
    this.#emptyAt.delete(key);
    this.#emptyAt.set(key, emptyAt);
    if (this.#emptyAt.size <= REMEMBERED_MAX) return;
    for (const [oldest] of this.#emptyAt) {
      this.#emptyAt.delete(oldest);
      break;
    }
  }

  forget(key: string): void {
    this.#emptyAt.delete(key);
  }
}

/** Who has one IPv6 address has 2^64 of them. */
function placeOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [left = '', right] = address.split('%')[0]?.split('::') ?? [];
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const zeros = right === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array.from({ length: zeros }, () => '0'), ...tail].slice(0, 4).join(':');
}
