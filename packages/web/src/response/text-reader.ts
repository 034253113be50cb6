/** A large text from the page's side: fed as it comes, read a screen at a time, and searched. The text is in a worker. */
import type { ReceivedBody } from '../sending/received-body.ts';
import type { FoundAt, MarkupLanguage, TextView } from './text-document.ts';
import type { TextAsk, TextTold } from './text-messages.ts';

export interface TextState {
  /** Rows there are of what is shown. */
  readonly count: number;
  /** Those that are at hand. */
  readonly from: number;
  readonly rows: readonly string[];
  readonly found: FoundAt | null;
  /** Which of the found places is looked at. */
  readonly at: number;
  /** To be brought into view; another object each time. */
  readonly reveal: { readonly row: number } | null;
}

/** Rows read beyond the edges of the screen. */
const MARGIN = 100;
const FIRST_COLUMNS = 120;

const NOTHING: TextState = { count: 1, from: 0, rows: [], found: null, at: 0, reveal: null };

export class TextReader {
  readonly #charset: string;
  readonly #listeners = new Set<() => void>();
  #worker: Worker | null = null;
  #state = NOTHING;
  #counts: { raw: number; pretty: number | null } = { raw: 1, pretty: null };
  #view: TextView = 'raw';
  #wanted = { from: 0, to: MARGIN };
  #columns = FIRST_COLUMNS;
  #fed = 0;
  #isEnded = false;
  #calls = 0;

  constructor(charset: string) {
    this.#charset = charset;
  }

  get state(): TextState {
    return this.#state;
  }

  readonly watch = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Hands over what came since the last time. */
  feed(body: ReceivedBody, isComplete: boolean): void {
    if (this.#isEnded) return;
    if (body.size > this.#fed) {
      let skip = this.#fed;
      for (const piece of body.pieces) {
        if (skip < piece.length) this.#ask({ ask: 'append', bytes: skip > 0 ? piece.slice(skip) : piece });
        skip = Math.max(0, skip - piece.length);
      }
      this.#fed = body.size;
    }
    if (!isComplete) return;
    this.#isEnded = true;
    this.#ask({ ask: 'end' });
  }

  show(view: TextView, language: MarkupLanguage | null): void {
    if (view === 'pretty' && language !== null && this.#isEnded) this.#ask({ ask: 'format', language });
    if (view === this.#view) return;
    this.#view = view;
    this.#set({ ...NOTHING, count: this.#count() });
    this.#read();
  }

  /** These rows are on the screen. */
  look(from: number, to: number): void {
    const { from: start, rows } = this.#state;
    const isAtHand = from >= start && Math.min(to, this.#state.count) <= start + rows.length;
    const isAsked = from >= this.#wanted.from && to <= this.#wanted.to;
    if (isAtHand || isAsked) return;
    this.#wanted = { from: Math.max(0, from - MARGIN), to: to + MARGIN };
    this.#read();
  }

  wrap(columns: number): void {
    if (columns === this.#columns) return;
    this.#columns = columns;
    if (this.#worker !== null) this.#ask({ ask: 'wrap', columns });
  }

  /** Nothing for no text. */
  seek(sought: string): void {
    if (sought === '') this.#set({ ...this.#state, found: null });
    else this.#ask({ ask: 'find', call: this.#call(), view: this.#view, sought });
  }

  step(by: 1 | -1): void {
    const places = this.#state.found?.places ?? [];
    const at = (this.#state.at + by + places.length) % Math.max(1, places.length);
    const place = places[at];
    if (place !== undefined) this.#set({ ...this.#state, at, reveal: { row: place.row } });
  }

  /** Lets go of the text. What is fed again afterwards is fed from the beginning. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#fed = 0;
    this.#isEnded = false;
    this.#view = 'raw';
  }

  #take(told: TextTold): void {
    switch (told.tell) {
      case 'counts':
        this.#counts = told.counts;
        this.#set({ ...this.#state, count: this.#count() });
        return this.#read();
      case 'rows':
        // Those that were asked for last are on the screen.
        if (told.call === this.#calls) this.#set({ ...this.#state, from: told.from, rows: told.rows });
        return;
      case 'found': {
        const first = told.found.places[0];
        this.#set({
          ...this.#state,
          found: told.found,
          at: 0,
          reveal: first === undefined ? this.#state.reveal : { row: first.row },
        });
      }
    }
  }

  #count(): number {
    return (this.#view === 'pretty' ? this.#counts.pretty : null) ?? this.#counts.raw;
  }

  #read(): void {
    const { from, to } = this.#wanted;
    this.#ask({ ask: 'rows', call: this.#call(), view: this.#view, from, to });
  }

  #call(): number {
    this.#calls += 1;
    return this.#calls;
  }

  #set(state: TextState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  #ask(ask: TextAsk): void {
    if (this.#worker === null) {
      this.#worker = new Worker(new URL('./text-worker.ts', import.meta.url), { type: 'module' });
      this.#worker.addEventListener('message', ({ data }: MessageEvent<TextTold>) => this.#take(data));
      this.#worker.postMessage({ ask: 'open', charset: this.#charset, columns: this.#columns } satisfies TextAsk);
    }
    this.#worker.postMessage(ask);
  }
}
