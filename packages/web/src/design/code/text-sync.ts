/** Keeping an editor and the text it shows the same, with the smallest changes, and every line ending as it was. */

/** One stretch of text replaced by another, in positions of the text before. */
export interface TextChange {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** What turns one text into the other; null where nothing does. */
export function changeBetween(before: string, after: string): TextChange | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from += 1;
  let back = 0;
  while (
    back < shorter - from &&
    before.charCodeAt(before.length - 1 - back) === after.charCodeAt(after.length - 1 - back)
  )
    back += 1;
  return { from, to: before.length - back, insert: after.slice(from, after.length - back) };
}

/**
 * A text whose lines all end in CRLF is edited with plain line feeds and given back as it was. One with both kinds keeps
 * every character: there a carriage return is a character like others.
 */
export class LineEndings {
  readonly #isCrlf: boolean;

  constructor(text: string) {
    this.#isCrlf = text.includes('\r\n') && !/(?:^|[^\r])\n/.test(text);
  }

  toEditor(text: string): string {
    return this.#isCrlf ? text.replaceAll('\r\n', '\n') : text;
  }

  fromEditor(text: string): string {
    return this.#isCrlf ? text.replaceAll('\n', '\r\n') : text;
  }
}
