/** A text too large for an editor, or one that is still coming: rows read from the worker, with a search over all of it. */
import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import { type Attempt, isOver } from '../sending/attempt.ts';
import { FindBar } from './find-bar.tsx';
import type { FoundAt, MarkupLanguage, TextView } from './text-document.ts';
import { TextReader } from './text-reader.ts';
import { ROW_HEIGHT, VirtualRows } from './virtual-rows.tsx';

export interface LargeTextProps {
  readonly attempt: Attempt;
  readonly charset: string;
  readonly view: TextView;
  /** What to format it as, where it is shown pretty. */
  readonly language: MarkupLanguage | null;
  readonly isFinding: boolean;
  readonly closeFind: () => void;
}

/** Of the monospaced font at this size. */
const CHARACTER_WIDTH = 7.2;
const COLUMNS_MIN = 40;
const PADDING = 24;

export function LargeText({ attempt, charset, view, language, isFinding, closeFind }: LargeTextProps) {
  const reader = useMemo(() => new TextReader(charset), [charset]);
  const { count, from: start, rows, found, at, reveal } = useSyncExternalStore(reader.watch, () => reader.state);
  const isComplete = isOver(attempt);
  useEffect(() => () => reader.close(), [reader]);
  useEffect(() => {
    reader.feed(attempt.body, isComplete);
    reader.show(view, language);
  }, [reader, attempt, isComplete, view, language]);
  const onWidth = useCallback(
    (width: number) => reader.wrap(Math.max(COLUMNS_MIN, Math.floor((width - PADDING) / CHARACTER_WIDTH))),
    [reader],
  );
  const onRows = useCallback((from: number, to: number) => reader.look(from, to), [reader]);
  const current = found?.places[at] ?? null;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {isFinding ? (
        <FindBar
          seek={(sought) => reader.seek(sought)}
          step={(by) => reader.step(by)}
          close={() => {
            reader.seek('');
            closeFind();
          }}
          status={statusOf(found, at)}
        />
      ) : null}
      <VirtualRows
        count={count}
        label="Response body"
        reveal={reveal}
        onWidth={onWidth}
        onRows={onRows}
        render={(row) => {
          const text = rows[row - start] ?? '';
          return (
            <div key={row} className="px-3 font-mono text-xs whitespace-pre" style={{ height: ROW_HEIGHT }}>
              {current?.row === row ? <Marked text={text} from={current.from} to={current.to} /> : text}
            </div>
          );
        }}
      />
    </div>
  );
}

function Marked({ text, from, to }: { readonly text: string; readonly from: number; readonly to: number }) {
  return (
    <>
      {text.slice(0, from)}
      <mark className="bg-warning-soft text-warning">{text.slice(from, to)}</mark>
      {text.slice(to)}
    </>
  );
}

function statusOf(found: FoundAt | null, at: number): string {
  if (found === null) return '';
  if (found.places.length === 0) return 'Not found';
  return `${at + 1} of ${found.places.length}${found.isCut ? ' or more' : ''}`;
}
