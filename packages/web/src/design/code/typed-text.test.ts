import { ChangeSet, Text } from '@codemirror/state';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeBetween } from './text-sync.ts';
import { TypedText } from './typed-text.ts';

/** An editor without a screen. */
class Editor {
  readonly typed: TypedText;
  document: Text;

  constructor(value: string) {
    this.typed = new TypedText(value);
    this.document = Text.of(this.typed.agreed.split('\n'));
  }

  get text(): string {
    return this.document.toString();
  }

  type(text: string): void {
    const change = changeBetween(this.text, text);
    if (change === null) return;
    const changes = ChangeSet.of(change, this.document.length, '\n');
    this.typed.type(changes);
    this.document = changes.apply(this.document);
  }

  take(value: string): void {
    const changes = this.typed.take(value);
    if (changes !== null) this.document = changes.apply(this.document);
  }
}

describe('a text that is typed into while it changes elsewhere', () => {
  it('has both', () => {
    const editor = new Editor('one\ntwo\nthree');
    editor.type('one\ntwo and more\nthree');
    editor.take('ONE\ntwo\nthree\nfour');
    expect(editor.text).toBe('ONE\ntwo and more\nthree\nfour');
    editor.take('ONE\ntwo\nthree');
    expect(editor.text).toBe('ONE\ntwo and more\nthree');
    expect(editor.typed.tell(editor.document)).toBe('ONE\ntwo and more\nthree');
    expect(editor.typed.isTold).toBe(true);
  });

  it('is what came where nothing was typed, whatever came', () => {
    const lines = fc
      .array(fc.constantFrom('a', 'b', '\n', '\r\n', '\r'), { maxLength: 10 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(lines, { minLength: 1, maxLength: 5 }), (values) => {
        const editor = new Editor(values[0] ?? '');
        for (const value of values) editor.take(value);
        expect(editor.typed.tell(editor.document)).toBe(values.at(-1));
      }),
    );
  });

  it('keeps what was typed, each keystroke of it, whatever comes in between', () => {
    const plain = fc.array(fc.constantFrom('a', 'b', '\n'), { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(plain, fc.array(fc.tuple(plain, fc.nat()), { maxLength: 6 }), (value, steps) => {
        const editor = new Editor(value);
        let marks = 0;
        for (const [came, place] of steps) {
          const at = place % (editor.text.length + 1);
          editor.type(`${editor.text.slice(0, at)}#${editor.text.slice(at)}`);
          marks += 1;
          editor.take(came);
          expect(editor.text.split('#')).toHaveLength(marks + 1);
          expect(editor.text.replaceAll('#', '')).toBe(came);
        }
      }),
    );
  });
});
