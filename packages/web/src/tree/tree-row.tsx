/** One row of the tree. */
import type { ElementState } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';
import { Box, ChevronRight, Ellipsis, Folder, FolderOpen, MessageSquareReply, Plus } from 'lucide-react';
import { memo, useEffect, useRef } from 'react';
import { classes } from '../design/classes.ts';
import { MethodLabel } from '../design/method.tsx';
import { named } from '../design/words.ts';
import { dragData, whenLoaded } from './drag.ts';
import { RenameField } from './rename-field.tsx';
import { isBranch, type Row } from './rows.ts';

export interface TreeRowProps {
  readonly row: Row;
  readonly top: number;
  readonly height: number;
  readonly hasBelow: boolean;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  /** Its tab is in front. */
  readonly isFront: boolean;
  readonly isDirty: boolean;
  readonly isCut: boolean;
  readonly isRenaming: boolean;
  readonly canDrag: boolean;
  /** What sync says of it; null where nothing is to be said. */
  readonly mark: ElementState | null;
  readonly does: RowActions;
}

/** The same object for all rows, so that a row paints only when it looks different. The tree itself hears clicks and keys. */
export interface RowActions {
  renamed(id: ElementId, name: string | null): void;
  /** What is carried when the row is dragged. */
  dragged(id: ElementId): readonly ElementId[];
}

/** What of a row was clicked, where that is not the row as a whole: the value of its `data-act`. */
export type RowAct = 'toggle' | 'add' | 'menu' | 'name';

export const INDENT = 14;

const MARKS: Readonly<Record<Exclude<ElementState, 'synced'>, string>> = {
  'saved here': 'saved here, not on the server yet',
  conflict: 'conflict',
  'deleted elsewhere': 'deleted elsewhere',
};

export function rowId(id: ElementId): string {
  return `tree-${id}`;
}

export const TreeRow = memo(function TreeRow(props: TreeRowProps) {
  const { row, top, height, hasBelow, isSelected, isActive, isFront, isDirty, isCut, isRenaming, mark, does } = props;
  const { id, summary, depth, isExpanded } = row;
  const element = useRef<HTMLDivElement>(null);
  const { canDrag } = props;
  useEffect(() => {
    const { current } = element;
    if (current === null || !canDrag) return undefined;
    return whenLoaded(({ draggable, setCustomNativeDragPreview }) =>
      draggable({
        element: current,
        getInitialData: () => dragData(does.dragged(id)),
        onGenerateDragPreview: ({ nativeSetDragImage }) => {
          const count = does.dragged(id).length;
          if (count === 1) return;
          setCustomNativeDragPreview({
            nativeSetDragImage,
            render: ({ container }) => {
              const label = document.createElement('div');
              label.className = 'rounded-md bg-accent px-2 py-1 text-xs font-medium text-on-accent';
              label.textContent = `${count} elements`;
              container.append(label);
            },
          });
        },
      }),
    );
  }, [id, does, canDrag]);
  const canHold = isBranch(summary.kind);
  // What is written on the row comes in the order in which it stands there.
  const said = [mark === null || mark === 'synced' ? null : MARKS[mark], isDirty ? 'not saved' : null];
  return (
    <div
      ref={element}
      id={rowId(id)}
      role="treeitem"
      aria-level={depth + 1}
      aria-posinset={row.place}
      aria-setsize={row.siblings}
      aria-selected={isSelected}
      {...(canHold || hasBelow ? { 'aria-expanded': isExpanded } : {})}
      aria-label={[nameOf(row), ...said].filter((part) => part !== null).join(', ')}
      data-id={id}
      style={{ transform: `translateY(${top}px)`, height, paddingLeft: 4 + depth * INDENT }}
      className={classes(
        'group absolute top-0 right-1 left-1 flex items-center gap-1.5 rounded-md pr-1 text-sm outline-none select-none',
        isSelected ? 'bg-accent-soft' : isFront ? 'bg-hover' : 'hover:bg-hover',
        isActive &&
          'group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-accent',
        isCut && 'opacity-50',
      )}
    >
      <Guides depth={depth} />
      <Chevron isShown={canHold || hasBelow} isExpanded={isExpanded} />
      {/* The space parts the two words where they are read as one text. */}
      <Sign row={row} />{' '}
      {isRenaming ? (
        <RenameField name={summary.name} done={(name) => does.renamed(id, name)} />
      ) : (
        <span className={classes('min-w-0 flex-1 truncate', summary.name === '' && 'text-faint italic')}>
          {named(summary.name)}
        </span>
      )}
      {isRenaming ? null : (
        <>
          <Mark mark={mark} isDirty={isDirty} />
          <span className="hidden shrink-0 group-hover:flex pointer-coarse:flex">
            {canHold ? <RowButton icon={Plus} label={`New request in ${summary.name}`} act="add" /> : null}
            <RowButton icon={Ellipsis} label={`More about ${summary.name}`} act="menu" />
          </span>
        </>
      )}
    </div>
  );
});

function nameOf({ summary }: Row): string {
  const name = named(summary.name);
  return summary.kind === 'request' ? `${summary.detail} ${name}` : `${name}, ${summary.kind}`;
}

/** Thin lines from a folder down beside what is in it. */
function Guides({ depth }: { readonly depth: number }) {
  if (depth === 0) return null;
  return (
    <span
      aria-hidden
      className="pointer-events-none absolute inset-y-0 left-0 opacity-70"
      style={{
        width: 4 + depth * INDENT,
        backgroundImage: 'linear-gradient(var(--line), var(--line))',
        backgroundSize: `${INDENT}px 100%`,
        maskImage: `repeating-linear-gradient(to right, transparent 0 11px, black 11px 12px, transparent 12px ${INDENT}px)`,
      }}
    />
  );
}

function Chevron({ isShown, isExpanded }: { readonly isShown: boolean; readonly isExpanded: boolean }) {
  if (!isShown) return <span className="w-4 shrink-0" />;
  return (
    <span
      aria-hidden
      data-act={'toggle' satisfies RowAct}
      className="flex size-4 shrink-0 items-center justify-center rounded text-faint hover:text-ink"
    >
      <ChevronRight size={13} strokeWidth={2.2} className={isExpanded ? 'rotate-90' : ''} />
    </span>
  );
}

function Sign({ row: { summary, isExpanded } }: { readonly row: Row }) {
  switch (summary.kind) {
    case 'request':
      return (
        // The row's own name says it.
        <span aria-hidden className="flex w-9 shrink-0">
          <MethodLabel method={summary.detail} />
        </span>
      );
    case 'collection':
      return <Box aria-hidden size={14} className="shrink-0 text-muted" />;
    case 'example':
      return <MessageSquareReply aria-hidden size={14} className="shrink-0 text-muted" />;
    default: {
      const Icon = isExpanded ? FolderOpen : Folder;
      return <Icon aria-hidden size={14} className="shrink-0 text-muted" />;
    }
  }
}

function Mark({ mark, isDirty }: { readonly mark: ElementState | null; readonly isDirty: boolean }) {
  return (
    <>
      {mark === 'conflict' || mark === 'deleted elsewhere' ? (
        <>
          {/* A word of its own, for what reads the row as text. */ ' '}
          <span className="shrink-0 rounded bg-warning-soft px-1 text-2xs font-semibold text-warning">
            {mark === 'conflict' ? 'CONFLICT' : 'DELETED'}
          </span>
        </>
      ) : null}
      {mark === 'saved here' ? (
        <span
          title="Saved here, not on the server yet"
          className="mx-1 size-2 shrink-0 animate-[waypost-appear_1ms_1s_both] rounded-full border border-faint"
        />
      ) : null}
      {isDirty ? <span title="Not saved" className="mx-1 size-2 shrink-0 rounded-full bg-accent" /> : null}
    </>
  );
}

/** Plain on purpose: there are dozens of them while the tree scrolls. The keyboard has its own ways. */
function RowButton({
  icon: Icon,
  label,
  act,
}: {
  readonly icon: typeof Plus;
  readonly label: string;
  readonly act: RowAct;
}) {
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-label={label}
      title={label}
      data-act={act}
      className="flex size-6 items-center justify-center rounded text-muted hover:bg-line hover:text-ink"
    >
      <Icon aria-hidden size={14} />
    </button>
  );
}
