/** A description in Markdown: read, or written. */
import { readPath } from '@waypost/model';
import { Eye, NotebookPen, Pencil } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../design/button.tsx';
import { CodeEditor } from '../design/code-editor.tsx';
import { Empty } from '../design/empty.tsx';
import { descriptionOf } from './description-text.ts';
import type { Editing } from './editing.ts';
import { later } from '../design/later.ts';

const Markdown = later(() => import('./markdown.tsx'));

export interface DescriptionSectionProps {
  readonly editing: Editing;
  readonly path: string;
}

export default function DescriptionSection({ editing, path }: DescriptionSectionProps) {
  const text = descriptionOf(editing, path);
  const [isWriting, setIsWriting] = useState(false);
  const change = (next: string): void => {
    const node = readPath(editing.kind, editing.now(), path);
    editing.edit([{ op: 'text', path: node?.kind === 'object' ? `${path}.content` : path, text: next }]);
  };
  if (text === '' && !isWriting)
    return (
      <Empty
        icon={NotebookPen}
        title="No description yet"
        actions={
          <Button icon={Pencil} onClick={() => setIsWriting(true)}>
            Write one
          </Button>
        }
      >
        What it is for, what to know before sending it. In Markdown; it syncs, and merges line by line.
      </Empty>
    );
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 justify-end px-3 py-1.5">
        <Button look="quiet" size="small" icon={isWriting ? Eye : Pencil} onClick={() => setIsWriting(!isWriting)}>
          {isWriting ? 'Read' : 'Edit'}
        </Button>
      </div>
      {isWriting ? (
        <CodeEditor
          label="Description"
          language="markdown"
          value={text}
          change={change}
          wrapsLines
          placeholder="In Markdown"
        />
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto">
          <Markdown text={text} />
        </div>
      )}
    </div>
  );
}
