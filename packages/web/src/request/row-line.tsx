/** One line of a table of rows. */
import { GripVertical, Trash2 } from 'lucide-react';
import { memo, useRef } from 'react';
import { IconButton } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import type { TableRow } from './rows.ts';
import type { Column, Member } from './table-columns.tsx';

export interface RowActions {
  readonly write: (at: number, member: Member, text: string) => void;
  readonly settle: () => void;
  readonly remove: (at: number) => void;
  readonly turn: (at: number, isOn: boolean) => void;
  readonly drag: {
    readonly start: (at: number) => void;
    readonly over: (at: number) => void;
    readonly drop: () => void;
    readonly end: () => void;
  };
}

export interface RowLineProps {
  readonly at: number;
  readonly top: number;
  readonly row: TableRow | null;
  readonly rowName: string;
  readonly columns: readonly Column[];
  readonly actions: RowActions;
  readonly isFixed: boolean;
  readonly isDropBefore: boolean;
  readonly isDropAfter: boolean;
}

/** Rows are made anew with every edit of any of them; what they were made of is shared. */
export const RowLine = memo(
  Line,
  ({ row: one, ...its }, { row: other, ...others }) =>
    one?.id === other?.id &&
    one?.node === other?.node &&
    (Object.keys(its) as (keyof typeof its)[]).every((name) => its[name] === others[name]),
);

function Line(props: RowLineProps) {
  const { at, top, row, rowName, columns, actions, isFixed } = props;
  const line = useRef<HTMLLIElement>(null);
  const rowLabel = row === null ? `new ${rowName.toLowerCase()}` : `${rowName.toLowerCase()} ${at + 1}`;
  const cells = {
    row,
    rowLabel,
    write: (member: Member, text: string) => actions.write(at, member, text),
    settle: actions.settle,
  };
  return (
    <li
      ref={line}
      data-at={at}
      style={{ transform: `translateY(${top}px)` }}
      className={classes(
        'group absolute inset-x-0 top-0 flex h-[33px] items-stretch border-b border-line',
        props.isDropBefore && 'shadow-[inset_0_2px_0_var(--accent)]',
        props.isDropAfter && 'shadow-[inset_0_-2px_0_var(--accent)]',
      )}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        actions.drag.over(at);
      }}
      onDrop={(event) => {
        if (!event.dataTransfer.types.includes(DRAGGED)) return;
        event.preventDefault();
        actions.drag.drop();
      }}
    >
      <div className="flex w-14 shrink-0 items-center justify-end gap-1.5 pr-2 max-md:w-9">
        {row === null ? null : (
          <>
            {isFixed ? null : (
              <span
                aria-hidden
                draggable
                title="Drag, or Alt and arrow keys, to move"
                className="cursor-grab text-faint opacity-0 max-md:hidden group-focus-within:opacity-100 group-hover:opacity-100"
                onDragStart={({ dataTransfer }) => {
                  dataTransfer.setData(DRAGGED, String(at));
                  dataTransfer.effectAllowed = 'move';
                  if (line.current !== null) dataTransfer.setDragImage(line.current, 12, 16);
                  actions.drag.start(at);
                }}
                onDragEnd={actions.drag.end}
              >
                <GripVertical size={14} />
              </span>
            )}
            {isFixed ? null : (
              <input
                type="checkbox"
                aria-label={`Use ${rowLabel}`}
                checked={row.isOn}
                onChange={({ target }) => actions.turn(at, target.checked)}
                className="size-3.5 shrink-0 accent-accent"
              />
            )}
          </>
        )}
      </div>
      {columns.map(({ title, className, cell }) => (
        <div key={title} className={classes('flex min-w-0 items-stretch border-l border-line', className)}>
          {cell(cells)}
        </div>
      ))}
      <div className="flex w-8 shrink-0 items-center justify-center">
        {row === null || isFixed ? null : (
          <span className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 max-md:opacity-100">
            <IconButton
              size="small"
              icon={Trash2}
              label={`Delete ${rowLabel}`}
              keys="$mod+Shift+Backspace"
              onClick={() => actions.remove(at)}
            />
          </span>
        )}
      </div>
    </li>
  );
}

const DRAGGED = 'application/x-waypost-row';
