/**
 * A map whose copies cost almost nothing: entries lie in buckets, a fork shares them all, and whoever writes first copies
 * the one bucket it writes to. A transaction works on a fork and throws it away to roll back; a snapshot is a fork.
 */
const BUCKETS = 64;

type Bucket<Key, Value> = Map<Key, Value> | undefined;

export class ForkableMap<Key extends string, Value> {
  #buckets: readonly Bucket<Key, Value>[];
  /** A copy of the list of buckets, made at the first write, with the buckets that no other fork can see. */
  #own: { readonly buckets: Bucket<Key, Value>[]; readonly written: Set<number> } | null = null;

  constructor(from?: ForkableMap<Key, Value>) {
    this.#buckets = from === undefined ? [] : from.#buckets;
  }

  /** The receiver must not be written to any more: both share its buckets. */
  fork(): ForkableMap<Key, Value> {
    return new ForkableMap(this);
  }

  get(key: Key): Value | undefined {
    return this.#buckets[bucketOf(key)]?.get(key);
  }

  set(key: Key, value: Value): void {
    this.#ownBucket(key).set(key, value);
  }

  delete(key: Key): void {
    if (this.get(key) !== undefined) this.#ownBucket(key).delete(key);
  }

  /** In no particular order, but the same one for the same history of writes. */
  filter(wanted: (value: Value) => boolean): Value[] {
    const found: Value[] = [];
    this.forEach((value) => {
      if (wanted(value)) found.push(value);
    });
    return found;
  }

  forEach(visit: (value: Value, key: Key) => void): void {
    for (const bucket of this.#buckets) bucket?.forEach(visit);
  }

  #ownBucket(key: Key): Map<Key, Value> {
    if (this.#own === null) {
      const buckets = Array.from({ length: BUCKETS }, (_, at) => this.#buckets[at]);
      this.#own = { buckets, written: new Set() };
      this.#buckets = buckets;
    }
    const { buckets, written } = this.#own;
    const at = bucketOf(key);
    const bucket = buckets[at];
    if (bucket !== undefined && written.has(at)) return bucket;
    const copy = new Map<Key, Value>(bucket);
    buckets[at] = copy;
    written.add(at);
    return copy;
  }
}

/** Ids are random where it matters; their last characters differ also where a test numbers them. */
function bucketOf(key: string): number {
  const length = key.length;
  return (key.charCodeAt(length - 1) * 31 + key.charCodeAt(length - 2) * 7 + key.charCodeAt(0)) & (BUCKETS - 1);
}
