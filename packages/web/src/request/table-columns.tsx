/** What a table of rows can show in its columns. */
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { VariableInput } from '../design/variable-input.tsx';
import type { VariableLook } from '../design/variable-look.ts';
import type { TableRow } from './rows.ts';

export type Member = 'key' | 'value' | 'description';

/** What a cell is given. `row` is null in the empty line at the end, which becomes a row when something is typed. */
export interface CellProps {
  readonly row: TableRow | null;
  /** Said to screen readers: `Header 3`. */
  readonly rowLabel: string;
  readonly write: (member: Member, text: string) => void;
  /** The typed key is complete. */
  readonly settle: () => void;
}

export interface Column {
  readonly title: string;
  readonly icon?: LucideIcon;
  /** A word or two beside the title. */
  readonly hint?: string;
  readonly className: string;
  readonly cell: (props: CellProps) => ReactNode;
}

export interface TextColumn {
  readonly member: Member;
  readonly title: string;
  readonly className?: string;
  readonly placeholder?: string;
  readonly variables: VariableLook | null;
  readonly words?: (row: TableRow | null) => readonly string[];
  readonly isFixed?: boolean;
}

export function textColumn({ member, title, className, placeholder, variables, words, isFixed }: TextColumn): Column {
  return {
    title,
    className: className ?? 'flex-1',
    cell: ({ row, rowLabel, write, settle }) => (
      <VariableInput
        look="cell"
        label={`${title}, ${rowLabel}`}
        cell={member}
        value={row?.[member] ?? ''}
        change={(text) => write(member, text)}
        variables={variables}
        {...(words === undefined ? {} : { words: words(row) })}
        {...(row === null ? { placeholder: placeholder ?? title } : {})}
        isMuted={row?.isOn === false}
        isReadOnly={isFixed === true}
        {...(member === 'key' ? { onBlur: settle } : {})}
      />
    ),
  };
}
