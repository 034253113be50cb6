/**
 * A text as rows of a screen: lines, and long lines cut where the row ends. Made for texts of a hundred megabytes that come
 * piece by piece, so it keeps where rows begin and nothing else.
 */
export class TextRows {
  readonly columns: number;
  #text = '';
  #starts = new Uint32Array(1_024);
  #rows = 0;
  /** Where the last row begins: it may still grow. */
  #open = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  get text(): string {
    return this.#text;
  }

  /** At least one, even of an empty text. */
  get count(): number {
    return this.#rows + 1;
  }

  append(piece: string): void {
    if (piece === '') return;
    this.#text += piece;
    const text = this.#text;
    let at = this.#open;
    for (;;) {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      while (end - at > this.columns) at = this.#begin(cutAt(text, at, this.columns), at);
      if (newline < 0) break;
      at = this.#begin(newline + 1, at);
    }
    this.#open = at;
  }

  /** The rows from one to before another, without their line ends. */
  slice(from: number, to: number): string[] {
    const rows: string[] = [];
    for (let row = Math.max(0, from); row < Math.min(to, this.count); row += 1) {
      const start = this.#start(row);
      const end = row + 1 < this.count ? this.#start(row + 1) : this.#text.length;
      rows.push(this.#text.slice(start, end).replace(/\r?\n$/, ''));
    }
    return rows;
  }

  /** The row that holds a position of the text, and the column in it. */
  locate(position: number): { readonly row: number; readonly column: number } {
    let low = 0;
    let high = this.#rows;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#start(middle) <= position) low = middle;
      else high = middle - 1;
    }
    return { row: low, column: position - this.#start(low) };
  }

  #start(row: number): number {
    return row === this.#rows ? this.#open : (this.#starts[row] ?? 0);
  }

  #begin(next: number, current: number): number {
    if (this.#rows === this.#starts.length) {
      const larger = new Uint32Array(this.#starts.length * 2);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.#starts[this.#rows] = current;
    this.#rows += 1;
    return next;
  }
}

/** Not in the middle of a character that takes two. */
function cutAt(text: string, from: number, columns: number): number {
  const code = text.charCodeAt(from + columns);
  return from + (code >= 0xdc00 && code < 0xe000 ? columns - 1 : columns);
}
