/** A note over an open editor, when what it shows changed elsewhere. It covers nothing one types into, and moves nothing. */
import type { ElementId } from '@waypost/protocol';
import { CircleAlert, GitMerge, type LucideIcon, Pencil, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { closeDeleted } from '../conflicts/close-deleted.ts';
import { Button, IconButton } from '../design/button.tsx';
import type { Bench } from '../desk/bench.ts';
import type { Desk } from '../desk/desk.ts';
import { whoOf } from '../desk/people.ts';
import { useBench, useDesk, useDraft, useSummary } from '../desk/use-desk.ts';
import { ask } from '../frame/questions.ts';
import { noteOn, type OpenNote } from './open-notes.ts';
import { useLastChange, useNews } from './use-news.ts';

const ICONS: Readonly<Record<OpenNote['kind'], LucideIcon>> = {
  deleted: Trash2,
  contested: CircleAlert,
  conflict: CircleAlert,
  merged: GitMerge,
  changed: Pencil,
};

export function EditorNote({ id }: { readonly id: ElementId }) {
  const desk = useDesk();
  const bench = useBench();
  const draft = useDraft(id);
  const state = useSummary(id)?.state ?? null;
  const change = useLastChange(id);
  const news = useNews(id);
  const [dismissed, setDismissed] = useState<string | null>(null);
  if (draft === null) return null;
  const by = change === null || change.by.device === '' ? null : whoOf(desk.seat, change.by).text;
  const note = noteOn({ draft, state, by: by === 'this device' ? null : by, news });
  if (note === null || note.text === dismissed) return null;
  const Icon = ICONS[note.kind];
  return (
    <output
      data-floating="note"
      className="pointer-events-none absolute inset-x-0 bottom-3 z-20 flex justify-center px-3"
    >
      <span className="pointer-events-auto flex min-w-0 items-center gap-2 rounded-lg border border-line bg-raised py-1.5 pr-1.5 pl-3 text-sm shadow-raised">
        <Icon
          aria-hidden
          size={15}
          className={`shrink-0 ${note.kind === 'changed' ? 'text-accent' : 'text-warning'}`}
        />
        <span className="min-w-0">{note.text}</span>
        <Act desk={desk} bench={bench} id={id} kind={note.kind} isDirty={draft.isDirty} />
        <IconButton size="small" icon={X} label="Hide" onClick={() => setDismissed(note.text)} />
      </span>
    </output>
  );
}

interface ActProps {
  readonly desk: Desk;
  readonly bench: Bench;
  readonly id: ElementId;
  readonly kind: OpenNote['kind'];
  readonly isDirty: boolean;
}

function Act({ desk, bench, id, kind, isDirty }: ActProps) {
  switch (kind) {
    case 'deleted':
      return isDirty ? (
        <Button size="small" onClick={() => ask({ ask: 'deleted-elsewhere', id })}>
          Decide
        </Button>
      ) : (
        <Button size="small" onClick={() => void closeDeleted(bench, id)}>
          Close the tab
        </Button>
      );
    case 'contested':
      return (
        <Button size="small" onClick={() => ask({ ask: 'changed-elsewhere', id })}>
          Compare
        </Button>
      );
    case 'conflict':
      return (
        <Button size="small" onClick={() => void openConflict(desk, bench, id)}>
          Decide
        </Button>
      );
    case 'merged':
      return (
        <Button size="small" onClick={() => ask({ ask: 'versions', id })}>
          History
        </Button>
      );
    case 'changed':
      return null;
  }
}

async function openConflict({ device }: Desk, { workspace, tabs }: Bench, element: ElementId): Promise<void> {
  const open = (await device.conflicts(workspace)).filter((conflict) => conflict.element === element);
  const [only] = open;
  if (only !== undefined && open.length === 1) ask({ ask: 'conflict', id: only.id, workspace });
  else tabs.openPage('conflicts');
}
