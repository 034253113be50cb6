/** A body as it comes: pieces, never copied together but where somebody asks for the whole. */
export class ReceivedBody {
  readonly #pieces: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;
  #whole: Uint8Array<ArrayBuffer> | null = null;
  #isLetGo = false;

  /** There was more than there is room for: its bytes are not here any more. */
  get isLetGo(): boolean {
    return this.#isLetGo;
  }

  letGo(): void {
    this.#pieces.splice(0);
    this.#whole = null;
    this.#size = 0;
    this.#isLetGo = true;
  }

  get size(): number {
    return this.#size;
  }

  get pieces(): readonly Uint8Array<ArrayBuffer>[] {
    return this.#pieces;
  }

  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    // A copy of its own: what it came in may be many times as large, and is let go.
    this.#pieces.push(piece.slice());
    this.#size += piece.length;
    this.#whole = null;
  }

  /** Enough to see what it is. */
  start(count = 512): Uint8Array {
    const first = this.#pieces[0];
    return first !== undefined && first.length >= count ? first.subarray(0, count) : this.bytes().subarray(0, count);
  }

  /** The last bytes, where a longer one is still growing. */
  tail(count: number): Uint8Array<ArrayBuffer> {
    let from = this.#pieces.length;
    let size = 0;
    while (from > 0 && size < count) {
      from -= 1;
      size += this.#pieces[from]?.length ?? 0;
    }
    return joined(this.#pieces.slice(from), size).subarray(Math.max(0, size - count));
  }

  bytes(): Uint8Array<ArrayBuffer> {
    if (this.#whole !== null) return this.#whole;
    const whole = joined(this.#pieces, this.#size);
    this.#whole = whole;
    this.#pieces.splice(0, this.#pieces.length, whole);
    return whole;
  }

  blob(type: string): Blob {
    return new Blob(this.#pieces, { type });
  }
}

function joined(pieces: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
