/** A tab on an element: the editor of its kind. */
import type { ElementId } from '@waypost/protocol';
import { FileQuestion } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';
import { useBench, useDraftKind } from '../desk/use-desk.ts';
import { EditorNote } from '../sync/editor-note.tsx';
import { type Later, later } from '../design/later.ts';

/** What every editor is given. It reads and edits through `useDraft(id)` and `drafts`. */
export interface EditorProps {
  readonly id: ElementId;
}

const RequestTab = later(() => import('../request/request-tab.tsx'));
const FolderTab = later(() => import('../tree/folder-tab.tsx'));
const EnvironmentTab = later(() => import('../environment/environment-tab.tsx'));

const EDITORS: Readonly<Record<string, Later<EditorProps>>> = {
  request: RequestTab,
  'history-entry': RequestTab,
  example: later(() => import('../request/example-tab.tsx')),
  collection: FolderTab,
  folder: FolderTab,
  environment: EnvironmentTab,
  globals: EnvironmentTab,
  'header-preset': later(() => import('../request/preset-tab.tsx')),
};

export function ElementTab({ id }: EditorProps) {
  const kind = useDraftKind(id);
  const { tabs, elements } = useBench();
  useEffect(() => {
    // Its kind is known before its content was read: the code comes meanwhile.
    void EDITORS[elements.summary(id)?.kind ?? '']?.load();
  }, [elements, id]);
  if (kind === null) return null;
  const Editor = EDITORS[kind];
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
