/** Two versions of a short text, each with what the other has not marked. */
import { presentableDiff } from '@codemirror/merge';

export interface Piece {
  readonly text: string;
  readonly isOther: boolean;
}

/** The pieces of `text`, those marked that differ from `other`. */
export function piecesOf(text: string, other: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { fromA, toA } of presentableDiff(text, other)) {
    if (fromA > at) pieces.push({ text: text.slice(at, fromA), isOther: false });
    if (toA > fromA) pieces.push({ text: text.slice(fromA, toA), isOther: true });
    at = toA;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isOther: false });
  return pieces;
}

export function ShortText({ text, other }: { readonly text: string | null; readonly other: string | null }) {
  if (text === null) return <span className="text-faint italic">nothing</span>;
  if (text === '') return <span className="text-faint italic">empty</span>;
  const pieces = other === null ? [{ text, isOther: true }] : piecesOf(text, other);
  return (
    <span className="font-mono text-xs leading-5 break-words whitespace-pre-wrap">
      {pieces.map(({ text: piece, isOther }, index) =>
        isOther ? (
          <mark key={index} className="rounded-sm bg-warning-soft text-ink underline decoration-warning decoration-2">
            {piece}
          </mark>
        ) : (
          <span key={index}>{piece}</span>
        ),
      )}
    </span>
  );
}
