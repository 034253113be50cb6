/**
 * Chance that a seed decides: the sfc32 generator (Chris Doty-Humphrey, PractRand), small, fast and good enough that no two
 * forks are seen to follow each other. Forks are named, so that taking one source of chance away leaves the others as
 * they were: without that, no failing run could be made smaller.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number, label = '') {
    let hash = 0x811c9dc5 ^ (seed >>> 0);
    hash = Math.imul(hash, 0x01000193) ^ Math.floor(seed / 0x1_0000_0000);
    for (let at = 0; at < label.length; at += 1) hash = Math.imul(hash ^ label.charCodeAt(at), 0x01000193);
    this.#a = hash | 0;
    this.#b = seed | 0;
    this.#c = label.length | 0;
    // The first draws still look like the seed.
    for (let round = 0; round < 12; round += 1) this.#next();
  }

  /** A source of its own, decided by this one's next draw and the label. */
  fork(label: string): Random {
    return new Random(this.#next() >>> 0, label);
  }

  /** From 0 up to 1. */
  number(): number {
    return (this.#next() >>> 0) / 0x1_0000_0000;
  }

  /** An integer from 0 up to, and without, `count`. */
  below(count: number): number {
    return Math.floor(this.number() * count);
  }

  /** An integer of the range, both ends included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True so often: 0 never, 1 always. */
  happens(chance: number): boolean {
    return chance > 0 && this.number() < chance;
  }

  /** One of them; throws where there is none. */
  of<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw new Error('There is nothing to choose from.');
    return items[this.below(items.length)] as Item;
  }

  /** One of them by weight. */
  weighted<Item extends string>(weights: Readonly<Partial<Record<Item, number>>>): Item {
    const entries = Object.entries(weights) as [Item, number][];
    let draw = this.number() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [item, weight] of entries) {
      draw -= weight;
      if (draw < 0) return item;
    }
    return (entries.at(-1) as [Item, number])[0];
  }

  bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; at += 4) {
      const word = this.#next();
      for (let byte = 0; byte < 4 && at + byte < count; byte += 1) bytes[at + byte] = (word >>> (8 * byte)) & 0xff;
    }
    return bytes;
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum;
  }
}
