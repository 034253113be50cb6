/// <reference lib="webworker" />
/** Holds a large text outside of the page, so that reading, formatting and searching it never holds up a keystroke. */
import { TextDocument } from './text-document.ts';
import type { TextAsk, TextTold } from './text-messages.ts';

/** What comes within this is shown at once. */
const SETTLE_AFTER_MS = 150;

let held: TextDocument | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;

addEventListener('message', ({ data }: MessageEvent<TextAsk>) => {
  if (data.ask === 'open') held = new TextDocument(data.charset, data.columns);
  else if (held !== null) take(held, data);
});

function take(text: TextDocument, ask: Exclude<TextAsk, { ask: 'open' }>): void {
  switch (ask.ask) {
    case 'append':
      text.append(ask.bytes);
      timer ??= setTimeout(() => {
        timer = null;
        text.settle();
        tellCounts(text);
      }, SETTLE_AFTER_MS);
      return;
    case 'end':
      text.end();
      return tellCounts(text);
    case 'format':
      text.format(ask.language);
      return tellCounts(text);
    case 'wrap':
      text.wrap(ask.columns);
      return tellCounts(text);
    case 'rows':
      return tell({ tell: 'rows', call: ask.call, from: ask.from, rows: text.rows(ask.view, ask.from, ask.to) });
    case 'find':
      return tell({ tell: 'found', call: ask.call, found: text.find(ask.view, ask.sought) });
  }
}

function tellCounts(text: TextDocument): void {
  tell({ tell: 'counts', counts: text.counts });
}

function tell(told: TextTold): void {
  postMessage(told);
}
