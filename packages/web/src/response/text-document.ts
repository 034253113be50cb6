/** A large text inside of the worker: as it came, and formatted, both as rows. */
import { findInText } from './find-in-text.ts';
import { formatJson } from './format-json.ts';
import { formatMarkup } from './format-markup.ts';
import { TextRows } from './text-rows.ts';

export type TextView = 'raw' | 'pretty';
export type MarkupLanguage = 'json' | 'xml' | 'html';

export interface TextCounts {
  readonly raw: number;
  /** Null until it was formatted. */
  readonly pretty: number | null;
}

export interface FoundAt {
  /** The row, and the columns in it: what goes on in the next row is marked to the end of this one. */
  readonly places: readonly { readonly row: number; readonly from: number; readonly to: number }[];
  readonly isCut: boolean;
}

export class TextDocument {
  readonly #decoder: TextDecoder;
  #columns: number;
  #raw: TextRows;
  #pretty: TextRows | null = null;
  #isEnded = false;
  /** Pieces that wait: taking each by itself would copy all before it each time. */
  #waiting: string[] = [];
  #waitingLength = 0;

  constructor(charset: string, columns: number) {
    this.#decoder = new TextDecoder(charset);
    this.#columns = columns;
    this.#raw = new TextRows(columns);
  }

  get counts(): TextCounts {
    return { raw: this.#raw.count, pretty: this.#pretty?.count ?? null };
  }

  append(bytes: Uint8Array): void {
    const piece = this.#decoder.decode(bytes, { stream: true });
    this.#waiting.push(piece);
    this.#waitingLength += piece.length;
    if (this.#waitingLength > this.#raw.text.length / 4) this.settle();
  }

  end(): void {
    this.#waiting.push(this.#decoder.decode());
    this.#isEnded = true;
    this.settle();
  }

  /** Takes in what waits. */
  settle(): void {
    this.#raw.append(this.#waiting.join(''));
    this.#waiting = [];
    this.#waitingLength = 0;
  }

  /** Of a text that is complete. */
  format(language: MarkupLanguage): void {
    if (!this.#isEnded || this.#pretty !== null) return;
    const formatted = formatText(this.#raw.text, language);
    this.#pretty = new TextRows(this.#columns);
    this.#pretty.append(formatted);
  }

  rows(view: TextView, from: number, to: number): string[] {
    return this.#of(view).slice(from, to);
  }

  wrap(columns: number): void {
    if (columns === this.#columns) return;
    this.#columns = columns;
    this.#raw = rewrapped(this.#raw, columns);
    if (this.#pretty !== null) this.#pretty = rewrapped(this.#pretty, columns);
  }

  find(view: TextView, sought: string): FoundAt {
    const rows = this.#of(view);
    const { positions, isCut } = findInText(rows.text, sought);
    const places = positions.map((position) => {
      const { row, column } = rows.locate(position);
      return { row, from: column, to: column + sought.length };
    });
    return { places, isCut };
  }

  #of(view: TextView): TextRows {
    return view === 'pretty' && this.#pretty !== null ? this.#pretty : this.#raw;
  }
}

export function formatText(text: string, language: MarkupLanguage): string {
  return language === 'json' ? formatJson(text) : formatMarkup(text, language);
}

function rewrapped(rows: TextRows, columns: number): TextRows {
  const wrapped = new TextRows(columns);
  wrapped.append(rows.text);
  return wrapped;
}
