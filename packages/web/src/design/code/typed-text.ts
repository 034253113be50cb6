/** What an editor and the text outside agreed on last, and what was typed since: what comes in goes around it. */
import { ChangeSet, type Text } from '@codemirror/state';
import { diff } from '@codemirror/merge';
import { changeBetween, LineEndings, type TextChange } from './text-sync.ts';

/** Beyond this many differences it looks less closely. */
const SCAN_LIMIT = 500;

export class TypedText {
  #endings: LineEndings;
  /** With the editor's line endings. */
  #agreed: string;
  #typed: ChangeSet;

  constructor(value: string) {
    this.#endings = new LineEndings(value);
    this.#agreed = this.#endings.toEditor(value);
    this.#typed = ChangeSet.empty(this.#agreed.length);
  }

  /** What the editor begins with. */
  get agreed(): string {
    return this.#agreed;
  }

  get isTold(): boolean {
    return this.#typed.empty;
  }

  type(changes: ChangeSet): void {
    this.#typed = this.#typed.compose(changes);
  }

  /** The text outside is this now. What the editor has to change for it; null where nothing. */
  take(value: string): ChangeSet | null {
    if (this.#typed.empty) this.#endings = new LineEndings(value);
    const text = this.#endings.toEditor(value);
    const changes = this.#changesTo(text);
    if (changes.length === 0) return null;
    const came = ChangeSet.of(changes, this.#agreed.length, '\n');
    const around = came.map(this.#typed);
    this.#typed = this.#typed.map(came, true);
    this.#agreed = text;
    return around;
  }

  /** In pieces where something was typed between them: one stretch over all of it would carry that away from its place. */
  #changesTo(text: string): TextChange[] {
    if (text === this.#agreed) return [];
    if (this.#typed.empty) return [changeBetween(this.#agreed, text)].filter((change) => change !== null);
    return diff(this.#agreed, text, { scanLimit: SCAN_LIMIT }).map(({ fromA, toA, fromB, toB }) => ({
      from: fromA,
      to: toA,
      insert: text.slice(fromB, toB),
    }));
  }

  /** All of the editor's text, as it is told. */
  tell(document: Text): string {
    this.#agreed = document.toString();
    this.#typed = ChangeSet.empty(this.#agreed.length);
    return this.#endings.fromEditor(this.#agreed);
  }
}
