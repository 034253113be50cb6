/** What a large text answers to what is asked of it: the half of the conversation that runs in the worker. */
import { TextDocument } from './text-document.ts';
import type { TextAsk, TextTold } from './text-messages.ts';

/** What comes within this is shown at once. */
const SETTLE_AFTER_MS = 150;

export class TextAnswers {
  readonly #tell: (told: TextTold) => void;
  #text: TextDocument | null = null;
  #isSettling = false;

  constructor(tell: (told: TextTold) => void) {
    this.#tell = tell;
  }

  take(ask: TextAsk): void {
    if (ask.ask === 'open') this.#text = new TextDocument(ask.charset, ask.columns);
    else if (this.#text !== null) this.#answer(this.#text, ask);
  }

  #answer(text: TextDocument, ask: Exclude<TextAsk, { ask: 'open' }>): void {
    switch (ask.ask) {
      case 'append':
        text.append(ask.bytes);
        if (this.#isSettling) return;
        this.#isSettling = true;
        setTimeout(() => {
          this.#isSettling = false;
          text.settle();
          this.#tellCounts(text);
        }, SETTLE_AFTER_MS);
        return;
      case 'end':
        text.end();
        return this.#tellCounts(text);
      case 'format':
        text.format(ask.language);
        return this.#tellCounts(text);
      case 'wrap':
        text.wrap(ask.columns);
        return this.#tellCounts(text);
      case 'rows':
        return this.#tell({
          ...{ tell: 'rows', call: ask.call, from: ask.from },
          rows: text.rows(ask.view, ask.from, ask.to),
        });
      case 'find':
        return this.#tell({ tell: 'found', call: ask.call, found: text.find(ask.view, ask.sought) });
    }
  }

  #tellCounts(text: TextDocument): void {
    this.#tell({ tell: 'counts', counts: text.counts });
  }
}
