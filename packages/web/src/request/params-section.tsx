/** Path variables and query parameters, in step with the URL. */
import { useMemo, useRef } from 'react';
import type { VariableLook } from '../design/variable-look.ts';
import { type Editing, requestPath } from './editing.ts';
import { RowsEditor } from './rows-editor.tsx';
import { RowsPane } from './rows-pane.tsx';
import { tableRows } from './rows.ts';
import { textColumn } from './table-columns.tsx';

export interface SectionProps {
  readonly editing: Editing;
  readonly variables: VariableLook;
}

export function ParamsSection({ editing, variables }: SectionProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const pathVariables = requestPath(editing.kind, 'url.variable');
  const hasPathVariables = tableRows(editing.kind, editing.content, pathVariables).length > 0;
  const columns = useMemo(
    () => [
      textColumn({ member: 'key', title: 'Name', placeholder: 'Add a parameter', variables }),
      textColumn({ member: 'value', title: 'Value', variables }),
      textColumn({ member: 'description', title: 'Description', variables: null, className: 'flex-1 max-md:hidden' }),
    ],
    [variables],
  );
  const pathColumns = useMemo(
    () => [
      textColumn({ member: 'key', title: 'Name', variables: null, isFixed: true }),
      textColumn({ member: 'value', title: 'Value', variables }),
      textColumn({ member: 'description', title: 'Description', variables: null, className: 'flex-1 max-md:hidden' }),
    ],
    [variables],
  );
  return (
    <div ref={scroller} className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
      {hasPathVariables ? (
        <section aria-label="Path variables" className="pb-2">
          <div className="flex h-9 items-center px-3">
            <h3 className="text-xs font-medium text-muted">Path variables</h3>
          </div>
          <RowsEditor
            editing={editing}
            path={pathVariables}
            rowName="Path variable"
            columns={pathColumns}
            scroller={scroller}
            isFixed
          />
        </section>
      ) : null}
      <RowsPane
        title="Query parameters"
        editing={editing}
        path={requestPath(editing.kind, 'url.query')}
        rowName="Parameter"
        columns={columns}
        variables={variables}
        scroller={scroller}
      />
    </div>
  );
}
