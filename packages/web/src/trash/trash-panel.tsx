/** What was deleted, by whom and until when: to be brought back, or to go for good. */
import { useVirtualizer } from '@tanstack/react-virtual';
import type { ElementSummary, ElementView } from '@waypost/client';
import { TRASH_KEPT_DAYS } from '@waypost/protocol';
import { ArchiveRestore, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Empty } from '../design/empty.tsx';
import { notify } from '../design/notice.tsx';
import { useNow } from '../design/now.ts';
import { agoText, dayText } from '../design/when.ts';
import { messageOf, named } from '../design/words.ts';
import { kindName } from '../conflicts/kind-names.ts';
import type { Bench } from '../desk/bench.ts';
import { useBench, useDesk } from '../desk/use-desk.ts';
import { treeOf } from '../tree/tree-state.ts';

const ROW_HEIGHT = 52;

type Question = { readonly ask: 'purge'; readonly what: ElementSummary } | { readonly ask: 'empty' };

export default function TrashPanel() {
  const bench = useBench();
  const trash = useTrash(bench);
  const [question, setQuestion] = useState<Question | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: trash.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
  });
  const isLocal = useDesk().seat.account === null;
  if (trash.length === 0)
    return (
      <Empty icon={Trash2} title="The trash is empty">
        What you delete comes here first, with all that was in it, and can be brought back
        {isLocal ? ' until you empty the trash.' : ` for ${TRASH_KEPT_DAYS} days.`}
      </Empty>
    );
  return (
    <div className="flex h-full flex-col">
      <div className="flex shrink-0 items-center gap-2 px-3 pt-2 pb-1">
        <span className="flex-1 text-xs text-muted">
          {trash.length === 1 ? 'One deleted' : `${trash.length.toLocaleString('en')} deleted`}
        </span>
        <Button size="small" onClick={() => setQuestion({ ask: 'empty' })}>
          Empty the trash
        </Button>
      </div>
      <div ref={scroller} tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
        <ul aria-label="Trash" className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const summary = trash[index];
            return summary === undefined ? null : (
              <li
                key={summary.id}
                className="absolute top-0 right-1 left-1 flex items-center gap-1 rounded-md pr-1 pl-2 hover:bg-hover"
                style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
              >
                <Deleted key={summary.revision} summary={summary} isLocal={isLocal} />
                <IconButton
                  size="small"
                  icon={ArchiveRestore}
                  label={`Restore ${named(summary.name)}`}
                  onClick={() => void restore(bench, summary)}
                />
                <IconButton
                  size="small"
                  icon={Trash2}
                  label={`Delete ${named(summary.name)} for good`}
                  onClick={() => setQuestion({ ask: 'purge', what: summary })}
                />
              </li>
            );
          })}
        </ul>
      </div>
      {question === null ? null : (
        <AskToPurge
          bench={bench}
          what={question.ask === 'empty' ? trash : [question.what]}
          close={() => setQuestion(null)}
        />
      )}
    </div>
  );
}

function Deleted({ summary, isLocal }: { readonly summary: ElementSummary; readonly isLocal: boolean }) {
  const { seat, device } = useDesk();
  const { workspace } = useBench();
  const [view, setView] = useState<ElementView | null | undefined>(undefined);
  const { id } = summary;
  useEffect(() => {
    let isShown = true;
    void device.readTrashed(id, workspace).then((read) => (isShown ? setView(read) : undefined));
    return () => {
      isShown = false;
    };
  }, [device, workspace, id]);
  const trashed = view?.trashed ?? null;
  const by = trashed === null ? undefined : device.names()[trashed.by.device];
  const isOther = by !== undefined && by.account !== seat.account?.id;
  const who =
    trashed === null || trashed.by.device === seat.me.device
      ? 'here'
      : `on ${by?.device ?? 'another device'}${isOther ? ` by ${by.email}` : ''}`;
  const now = useNow();
  return (
    <div className="min-w-0 flex-1">
      <div className="truncate text-sm">
        {named(summary.name)} <span className="text-xs text-faint">{kindName(summary.kind)}</span>
      </div>
      <div className="h-4 truncate text-2xs text-faint">
        {view === undefined
          ? ''
          : trashed === null
            ? isLocal
              ? 'Deleted here'
              : 'Deleted here, not on the server yet'
            : `${agoText(trashed.at, now)} ${who}, kept until ${dayText(trashed.at + TRASH_KEPT_DAYS * 86_400_000, now)}`}
      </div>
    </div>
  );
}

interface AskToPurgeProps {
  readonly bench: Bench;
  readonly what: readonly ElementSummary[];
  readonly close: () => void;
}

function AskToPurge({ bench, what, close }: AskToPurgeProps) {
  const [only] = what;
  const title = what.length === 1 && only !== undefined ? `Delete “${named(only.name)}” for good?` : 'Empty the trash?';
  const purge = async (): Promise<void> => {
    close();
    try {
      await bench.device.change(
        what.map(({ id }) => ({ do: 'purge', id })),
        bench.workspace,
      );
      notify({
        text: what.length === 1 && only !== undefined ? `“${named(only.name)}” is gone` : 'The trash is empty',
      });
    } catch (error) {
      notify({ text: 'Not deleted', detail: messageOf(error), kind: 'problem' });
    }
  };
  return (
    <Dialog
      title={title}
      width="narrow"
      close={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="danger" onClick={() => void purge()}>
            {what.length === 1 ? 'Delete for good' : 'Empty the trash'}
          </Button>
        </>
      }
    >
      <p className="text-sm">
        {what.length === 1 ? 'It' : `All ${what.length.toLocaleString('en')}`} with everything below will be gone from
        every device, and cannot be brought back.
      </p>
    </Dialog>
  );
}

async function restore(bench: Bench, summary: ElementSummary): Promise<void> {
  try {
    await bench.device.change([{ do: 'restore', id: summary.id }], bench.workspace);
  } catch (error) {
    notify({ text: 'Not restored', detail: messageOf(error), kind: 'problem' });
    return;
  }
  treeOf(bench).reveal(summary.id);
  notify({
    text: `Restored “${named(summary.name)}”`,
    action: { label: 'Open', act: () => bench.tabs.openElement(summary.id) },
  });
}

function useTrash({ device, workspace, elements }: Bench): readonly ElementSummary[] {
  const kept = useRef<{ readonly version: number; readonly list: readonly ElementSummary[] } | null>(null);
  return useSyncExternalStore(
    useCallback((listener: () => void) => elements.watchLists(listener), [elements]),
    () => {
      if (kept.current?.version !== elements.version)
        kept.current = { version: elements.version, list: device.trash(workspace) };
      return kept.current.list;
    },
  );
}
