/** A body of rows: a form, with files or URL-encoded. */
import { useMemo, useRef } from 'react';
import type { VariableLook } from '../design/variable-look.ts';
import { bodyPath } from './body-modes.ts';
import type { Editing } from './editing.ts';
import { formColumns } from './form-columns.tsx';
import { RowsPane } from './rows-pane.tsx';

export interface BodyFormProps {
  readonly editing: Editing;
  readonly variables: VariableLook;
  readonly mode: 'formdata' | 'urlencoded';
}

export function BodyForm({ editing, variables, mode }: BodyFormProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const path = `${bodyPath(editing.kind)}.${mode}`;
  const { edit, id } = editing;
  const columns = useMemo(() => formColumns({ mode, path, variables, edit, id }), [mode, path, variables, edit, id]);
  return (
    <div ref={scroller} className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
      <RowsPane
        title="Fields"
        editing={editing}
        path={path}
        rowName="Field"
        columns={columns}
        variables={variables}
        scroller={scroller}
      />
      {mode === 'formdata' ? (
        <p className="px-4 py-3 text-xs text-faint">
          Files stay on this device. Other devices see their names, and ask to choose them there.
        </p>
      ) : null}
    </div>
  );
}
