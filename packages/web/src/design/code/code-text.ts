/** A CodeMirror and the text outside that it shows. Both may change at once: what comes in is brought around what is typed. */
import { Annotation, EditorState, type Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { holdText } from '../pending-text.ts';
import { TypedText } from './typed-text.ts';

export interface CodeTextOptions {
  readonly parent: HTMLElement;
  readonly value: string;
  readonly extensions: Extension;
  /** What the person typed. */
  readonly told: (text: string) => void;
}

const fromOutside = Annotation.define<boolean>();

/** Putting together a text this long takes longer than a keystroke should: it is told when the person stops for a moment. */
const AT_ONCE_CHARS_MAX = 20_000;
const TELL_AFTER_MS = 250;
/** Whoever never stops is told this often: what was not told yet would go with a crash. */
const TELL_WITHIN_MS = 1_500;

export class CodeText {
  readonly view: EditorView;
  readonly #told: (text: string) => void;
  readonly #typed: TypedText;
  #timer: ReturnType<typeof setTimeout> | null = null;
  /** When the first keystroke came that was not told yet. */
  #since = 0;
  readonly #hidden = (): void => this.flush();
  readonly #release = holdText(this.#hidden);

  constructor({ parent, value, extensions, told }: CodeTextOptions) {
    this.#told = told;
    this.#typed = new TypedText(value);
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: this.#typed.agreed,
        extensions: [
          EditorView.domEventHandlers({ blur: () => this.flush() }),
          extensions,
          EditorView.updateListener.of((update) => {
            if (!update.docChanged || update.transactions.some((one) => one.annotation(fromOutside) === true)) return;
            this.#typed.type(update.changes);
            this.#tellSoon();
          }),
        ],
      }),
    });
    window.addEventListener('pagehide', this.#hidden);
    document.addEventListener('visibilitychange', this.#hidden);
  }

  /** The text outside is this now. */
  take(value: string): void {
    const changes = this.#typed.take(value);
    if (changes !== null) this.view.dispatch({ changes, annotations: fromOutside.of(true) });
  }

  /** Tells what was typed. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#typed.isTold) this.#told(this.#typed.tell(this.view.state.doc));
  }

  close(): void {
    this.flush();
    this.#release();
    window.removeEventListener('pagehide', this.#hidden);
    document.removeEventListener('visibilitychange', this.#hidden);
    this.view.destroy();
  }

  #tellSoon(): void {
    if (this.view.state.doc.length <= AT_ONCE_CHARS_MAX) this.flush();
    else {
      if (this.#timer === null) this.#since = performance.now();
      else clearTimeout(this.#timer);
      const left = this.#since + TELL_WITHIN_MS - performance.now();
      this.#timer = setTimeout(() => this.flush(), Math.max(0, Math.min(TELL_AFTER_MS, left)));
    }
  }
}
