/** What React knows the lines of a table by: the empty line that becomes a row stays the same line, and keeps the keyboard. */
export class RowKeys {
  readonly #byId = new Map<string, string>();
  #blank = 0;

  /** Of the line at a place; `id` is null of a row that has none yet, and of the empty line behind the last. */
  of(id: string | null, at: number, count: number): string {
    if (id !== null) return this.#byId.get(id) ?? id;
    return at < count ? textKey(at) : this.#blankKey();
  }

  /** The empty line became this row. */
  fill(id: string): void {
    this.#byId.set(id, this.#blankKey());
    this.#blank += 1;
  }

  rename(from: string, to: string): void {
    this.#byId.set(to, this.#byId.get(from) ?? from);
    this.#byId.delete(from);
  }

  /** Rows without ids got some. */
  adopt(ids: readonly (string | null)[]): void {
    ids.forEach((id, at) => {
      if (id !== null && !this.#byId.has(id)) this.#byId.set(id, textKey(at));
    });
  }

  #blankKey(): string {
    return `blank ${this.#blank}`;
  }
}

function textKey(at: number): string {
  return `text ${at}`;
}
