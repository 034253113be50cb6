/** Rows as a text that is edited: the text stays as it is typed, while the rows follow it. */
import { useState } from 'react';
import type { Editing } from './editing.ts';
import { preparing, rowsOfLines, tableRows, textOfRows, writingAll } from './rows.ts';

export interface TextRows {
  readonly text: string;
  readonly change: (text: string) => void;
}

export function useTextRows(editing: Editing, path: string): TextRows {
  const shown = textOfRows(tableRows(editing.kind, editing.content, path));
  const [typed, setTyped] = useState(() => ({
    text: shown,
    /** What the rows said after it was taken: if they say something else by now, it came from elsewhere. */
    made: shown,
    before: tableRows(editing.kind, editing.content, path),
  }));
  const text = typed.made === shown ? typed.text : shown;
  return {
    text,
    change: (next) => {
      editing.edit(preparing(editing.kind, editing.now(), path));
      const rows = tableRows(editing.kind, editing.now(), path);
      const before = typed.made === shown ? typed.before : rows;
      editing.edit(writingAll(path, rowsOfLines(path, next, before)));
      const made = textOfRows(tableRows(editing.kind, editing.now(), path));
      setTyped({ text: next, made, before });
    },
  };
}
