/** A tab on an element: the editor of its kind. */
import type { ElementId } from '@waypost/protocol';
import { FileQuestion } from 'lucide-react';
import { lazy, type ComponentType } from 'react';
import { Button } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';
import { useBench, useDraft } from '../desk/use-desk.ts';
import { EditorNote } from '../sync/editor-note.tsx';

/** What every editor is given. It reads and edits through `useDraft(id)` and `drafts`. */
export interface EditorProps {
  readonly id: ElementId;
}

const RequestTab = lazy(() => import('../request/request-tab.tsx'));

const EDITORS: Readonly<Record<string, ComponentType<EditorProps>>> = {
  request: RequestTab,
  'history-entry': RequestTab,
  example: lazy(() => import('../request/example-tab.tsx')),
  collection: lazy(() => import('../tree/folder-tab.tsx')),
  folder: lazy(() => import('../tree/folder-tab.tsx')),
  environment: lazy(() => import('../environment/environment-tab.tsx')),
  globals: lazy(() => import('../environment/environment-tab.tsx')),
  'header-preset': lazy(() => import('../request/preset-tab.tsx')),
};

export function ElementTab({ id }: EditorProps) {
  const draft = useDraft(id);
  const { tabs } = useBench();
  if (draft === null) return null;
  const Editor = EDITORS[draft.kind];
  if (Editor === undefined) {
    return (
      <Empty
        icon={FileQuestion}
        title="This cannot be shown here"
        actions={<Button onClick={() => tabs.close(id)}>Close the tab</Button>}
      >
        It was made by a newer version of Waypost, and is kept as it is.
      </Empty>
    );
  }
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <Editor id={id} />
      <EditorNote id={id} />
    </div>
  );
}
