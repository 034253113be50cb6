/** Headers, with names and values that are completed, and presets. */
import { type ReactNode, useMemo, useRef } from 'react';
import type { VariableLook } from '../design/variable-look.ts';
import type { Editing } from './editing.ts';
import { HEADER_NAMES, headerValues } from './header-words.ts';
import { RowsPane } from './rows-pane.tsx';
import { textColumn } from './table-columns.tsx';

export interface HeadersSectionProps {
  readonly editing: Editing;
  readonly variables: VariableLook | null;
  readonly path: string;
  readonly title?: string;
  readonly aside?: ReactNode;
}

export function HeadersSection({ editing, variables, path, title = 'Headers', aside }: HeadersSectionProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useMemo(
    () => [
      textColumn({ member: 'key', title: 'Name', placeholder: 'Add a header', variables, words: () => HEADER_NAMES }),
      textColumn({ member: 'value', title: 'Value', variables, words: (row) => headerValues(row?.key ?? '') }),
      textColumn({ member: 'description', title: 'Description', variables: null, className: 'flex-1 max-md:hidden' }),
    ],
    [variables],
  );
  return (
    <div ref={scroller} className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
      <RowsPane
        title={title}
        editing={editing}
        path={path}
        rowName="Header"
        columns={columns}
        variables={variables}
        scroller={scroller}
        aside={aside}
      />
    </div>
  );
}
