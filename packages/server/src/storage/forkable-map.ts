/**
 * A map whose copies cost almost nothing: entries lie in buckets, a fork shares them all, and whoever writes first copies
 * the one bucket it writes to. A transaction works on a fork and throws it away to roll back; a snapshot is a fork.
 */
const BUCKETS = 64;

export class ForkableMap<Key extends string, Value> {
  readonly #buckets: (Map<Key, Value> | undefined)[];
  /** Which buckets no other fork can see. */
  readonly #own: boolean[];
  #size: number;

  constructor(from?: ForkableMap<Key, Value>) {
    this.#buckets = from === undefined ? Array.from({ length: BUCKETS }, () => undefined) : from.#buckets.slice();
    this.#own = Array.from({ length: BUCKETS }, () => false);
    this.#size = from?.size ?? 0;
  }

  /** The receiver must not be written to any more: both share its buckets. */
  fork(): ForkableMap<Key, Value> {
    return new ForkableMap(this);
  }

  get size(): number {
    return this.#size;
  }

  get(key: Key): Value | undefined {
    return this.#buckets[bucketOf(key)]?.get(key);
  }

  set(key: Key, value: Value): void {
    const bucket = this.#ownBucket(key);
    if (!bucket.has(key)) this.#size += 1;
    bucket.set(key, value);
  }

  delete(key: Key): void {
    if (this.get(key) === undefined) return;
    this.#ownBucket(key).delete(key);
    this.#size -= 1;
  }

  /** In no particular order, but the same one for the same history of writes. */
  *values(): Generator<Value> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket.values();
  }

  *keys(): Generator<Key> {
    for (const bucket of this.#buckets) if (bucket !== undefined) yield* bucket.keys();
  }

  #ownBucket(key: Key): Map<Key, Value> {
    const at = bucketOf(key);
    const bucket = this.#buckets[at];
    if (bucket !== undefined && this.#own[at] === true) return bucket;
    const copy = new Map<Key, Value>(bucket);
    this.#buckets[at] = copy;
    this.#own[at] = true;
    return copy;
  }
}

/** Ids are random where it matters; their last characters differ also where a test numbers them. */
function bucketOf(key: string): number {
  const length = key.length;
  return (key.charCodeAt(length - 1) * 31 + key.charCodeAt(length - 2) * 7 + key.charCodeAt(0)) & (BUCKETS - 1);
}
