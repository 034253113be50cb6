/** Rows as a table, or, for many at once, as text; with what else can be done to them above. */
import { ListOrdered, Text } from 'lucide-react';
import { type ReactNode, type RefObject, useState } from 'react';
import { Button } from '../design/button.tsx';
import { CodeEditor } from '../design/code-editor.tsx';
import type { VariableLook } from '../design/variable-look.ts';
import { RowsEditor, type RowsEditorProps } from './rows-editor.tsx';
import { useTextRows } from './use-text-rows.ts';

export interface RowsPaneProps extends RowsEditorProps {
  readonly title: string;
  readonly variables: VariableLook | null;
  readonly aside?: ReactNode;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

export function RowsPane(props: RowsPaneProps) {
  const [isText, setIsText] = useState(false);
  return (
    <section aria-label={props.title} className={isText ? 'flex min-h-40 flex-1 flex-col' : ''}>
      <div className="flex h-9 items-center gap-2 px-3">
        <h3 className="text-xs font-medium text-muted">{props.title}</h3>
        <span className="flex-1" />
        {props.aside}
        <Button look="quiet" size="small" icon={isText ? ListOrdered : Text} onClick={() => setIsText(!isText)}>
          {isText ? 'Edit as a table' : 'Edit as text'}
        </Button>
      </div>
      {isText ? <AsText {...props} /> : <RowsEditor {...props} />}
    </section>
  );
}

function AsText({ editing, path, title, variables }: RowsPaneProps) {
  const { text, change } = useTextRows(editing, path);
  return (
    <>
      <CodeEditor
        label={`${title} as text`}
        language="text"
        value={text}
        change={change}
        {...(variables === null ? {} : { variables })}
        placeholder="name: value"
      />
      <p className="border-t border-line px-3 py-1 text-xs text-faint">
        One row a line, <code>name: value</code>. A line that begins with <code>{'//'}</code> is switched off.
        Descriptions stay with their rows.
      </p>
    </>
  );
}
