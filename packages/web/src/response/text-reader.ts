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

/** Where the text is held. */
export interface TextPort {
  readonly ask: (ask: TextAsk) => void;
  readonly close: () => void;
}

const NOTHING: TextState = { count: 1, from: 0, rows: [], found: null, at: 0, reveal: null };

export class TextReader {
  readonly #charset: string;
  readonly #open: (take: (told: TextTold) => void) => TextPort;
  readonly #listeners = new Set<() => void>();
  #port: TextPort | null = null;
  #state = NOTHING;
  #counts: { raw: number; pretty: number | null } = { raw: 1, pretty: null };
  #view: TextView = 'raw';
  #wanted = { from: 0, to: MARGIN };
  #columns = FIRST_COLUMNS;
  #fed = 0;
  #isEnded = false;
  #isFormatted = false;
  #sought = '';
  #calls = 0;
  /** The last call of each kind: answers to those before it are late. */
  #reading = 0;
  #finding = 0;
  /** What is sought was not looked at yet: its first place is brought into view. */
  #isNewlySought = false;

  constructor(charset: string, open: (take: (told: TextTold) => void) => TextPort = openWorker) {
    this.#charset = charset;
    this.#open = open;
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
    this.#findAgain();
  }

  show(view: TextView, language: MarkupLanguage | null): void {
    if (view === 'pretty' && language !== null && this.#isEnded && !this.#isFormatted) {
      this.#isFormatted = true;
      this.#ask({ ask: 'format', language });
      this.#findAgain();
    }
    if (view === this.#view) return;
    this.#view = view;
    this.#set({ ...NOTHING, count: this.#count() });
    this.#read();
    this.seek(this.#sought);
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
    if (this.#port === null) return;
    this.#ask({ ask: 'wrap', columns });
    this.#findAgain();
  }

  /** Nothing for no text. */
  seek(sought: string): void {
    this.#sought = sought;
    this.#isNewlySought = true;
    this.#finding = this.#call();
    if (sought === '') this.#set({ ...this.#state, found: null });
    else this.#ask({ ask: 'find', call: this.#finding, view: this.#view, sought });
  }

  step(by: 1 | -1): void {
    const places = this.#state.found?.places ?? [];
    const at = (this.#state.at + by + places.length) % Math.max(1, places.length);
    const place = places[at];
    if (place !== undefined) this.#set({ ...this.#state, at, reveal: { row: place.row } });
  }

  /** Lets go of the text. What is fed again afterwards is fed from the beginning. */
  close(): void {
    this.#port?.close();
    this.#port = null;
    this.#fed = 0;
    this.#isEnded = false;
    this.#isFormatted = false;
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
        if (told.call === this.#reading) this.#set({ ...this.#state, from: told.from, rows: told.rows });
        return;
      case 'found': {
        if (told.call !== this.#finding) return;
        const { found } = told;
        const at = this.#isNewlySought ? 0 : Math.max(0, Math.min(this.#state.at, found.places.length - 1));
        const first = this.#isNewlySought ? found.places[0] : undefined;
        const reveal = first === undefined ? this.#state.reveal : { row: first.row };
        this.#isNewlySought = false;
        this.#set({ ...this.#state, found, at, reveal });
      }
    }
  }

  #count(): number {
    return (this.#view === 'pretty' ? this.#counts.pretty : null) ?? this.#counts.raw;
  }

  #read(): void {
    const { from, to } = this.#wanted;
    this.#reading = this.#call();
    this.#ask({ ask: 'rows', call: this.#reading, view: this.#view, from, to });
  }

  /** The text or its rows are others by now. What is in view stays in view. */
  #findAgain(): void {
    if (this.#sought === '') return;
    this.#finding = this.#call();
    this.#ask({ ask: 'find', call: this.#finding, view: this.#view, sought: this.#sought });
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
    if (this.#port === null) {
      this.#port = this.#open((told) => this.#take(told));
      this.#port.ask({ ask: 'open', charset: this.#charset, columns: this.#columns });
    }
    this.#port.ask(ask);
  }
}

function openWorker(take: (told: TextTold) => void): TextPort {
  const worker = new Worker(new URL('./text-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<TextTold>) => take(data));
  return { ask: (ask) => worker.postMessage(ask), close: () => worker.terminate() };
}
