/** What can be completed in one line of text at the caret: a variable that is being typed, or the whole text by a known word. */
import { matchingNames, openVariableAt, VARIABLE, type VariableLook } from './variable-look.ts';

export interface Suggestion {
  readonly label: string;
  readonly detail: string;
  /** What is replaced, and by what; the caret goes behind it. */
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

export interface Suggesting {
  readonly text: string;
  readonly caret: number;
  readonly variables: VariableLook | null;
  /** Offered for the whole text. */
  readonly words: readonly string[];
}

const SUGGESTIONS_MAX = 50;

export function suggestionsAt({ text, caret, variables, words }: Suggesting): Suggestion[] {
  const open = variables === null ? null : openVariableAt(text, caret);
  if (open !== null && variables !== null) {
    const isClosed = text.startsWith('}}', caret);
    return matchingNames(variables.names(), open.typed)
      .slice(0, SUGGESTIONS_MAX)
      .map(({ name, value, from }) => ({
        label: name,
        detail: value === '' ? from : `${value.slice(0, 40)} · ${from}`,
        from: open.from,
        to: isClosed ? caret + 2 : caret,
        insert: `${name}}}`,
      }));
  }
  if (text === '' || caret !== text.length) return [];
  const found = matchingNames(
    words.map((name) => ({ name })),
    text,
  ).filter(({ name }) => name !== text);
  return found
    .slice(0, SUGGESTIONS_MAX)
    .map(({ name }) => ({ label: name, detail: '', from: 0, to: text.length, insert: name }));
}

/** A text in pieces: variables, and what stands between them. */
export interface Piece {
  readonly text: string;
  /** Of a variable. */
  readonly name: string | null;
}

export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(VARIABLE)) {
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), name: null });
    pieces.push({ text: match[0], name: (match[1] ?? '').trim() });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), name: null });
  return pieces;
}
