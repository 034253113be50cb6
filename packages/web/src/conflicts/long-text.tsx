/** Two versions of a long text beside each other, with differences marked; on a phone in one column. */
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { EditorState, type Extension } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { appTheme } from '../design/code/theme.ts';
import { useNarrow } from '../frame/narrow.ts';

/** Beyond this the exact difference would take longer than a person waits. */
const DIFF = { scanLimit: 500, timeout: 200 } as const;
const COLLAPSED = { margin: 3, minSize: 6 } as const;

const marks = EditorView.theme({
  '&': { height: 'auto' },
  '&.cm-merge-a .cm-changedLine, &.cm-merge-b .cm-changedLine, .cm-changedLine': {
    backgroundColor: 'color-mix(in srgb, var(--warning-soft) 45%, transparent)',
  },
  '&.cm-merge-a .cm-changedText, &.cm-merge-b .cm-changedText, .cm-changedText, .cm-deletedChunk .cm-deletedText': {
    background: 'var(--warning-soft)',
    borderBottom: '2px solid var(--warning)',
  },
  '&.cm-merge-b': { borderLeft: '1px solid var(--line)' },
  '.cm-deletedChunk': { backgroundColor: 'var(--sunken)', padding: '0' },
  '.cm-collapsedLines': {
    backgroundColor: 'var(--sunken)',
    backgroundImage: 'none',
    color: 'var(--muted)',
    padding: '2px 12px',
  },
});

export interface LongTextProps {
  readonly name: string;
  readonly mine: string;
  readonly theirs: string;
}

export function LongText({ name, mine, theirs }: LongTextProps) {
  const place = useRef<HTMLDivElement>(null);
  const isNarrow = useNarrow();
  useEffect(() => {
    const parent = place.current;
    if (parent === null) return undefined;
    if (isNarrow) {
      const unified = unifiedMergeView({
        ...{ original: theirs, mergeControls: false, diffConfig: DIFF, collapseUnchanged: COLLAPSED, gutter: false },
      });
      const view = new EditorView({ parent, doc: mine, extensions: [reading(`${name}: mine over theirs`), unified] });
      return () => view.destroy();
    }
    const view = new MergeView({
      ...{ parent, diffConfig: DIFF, collapseUnchanged: COLLAPSED, gutter: false },
      a: { doc: mine, extensions: reading(`${name}: mine`) },
      b: { doc: theirs, extensions: reading(`${name}: theirs`) },
    });
    return () => view.destroy();
  }, [isNarrow, name, mine, theirs]);
  return <div ref={place} className="max-h-80 overflow-auto border-t border-line" />;
}

function reading(label: string): Extension {
  return [
    ...[appTheme, marks, lineNumbers(), EditorView.lineWrapping],
    ...[EditorState.readOnly.of(true), EditorView.editable.of(false), EditorState.lineSeparator.of('\n')],
    EditorView.contentAttributes.of({ 'aria-label': label, 'aria-readonly': 'true', tabindex: '0' }),
  ];
}
