/** What was sent, by day. A click opens it as a new request, which is saved where one wants it. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ElementId, parseJson } from '@waypost/protocol';
import { History, ListFilter, Trash2, X } from 'lucide-react';
import { useCallback, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Empty } from '../design/empty.tsx';
import { MethodLabel } from '../design/method.tsx';
import { notify } from '../design/notice.tsx';
import { useNow } from '../design/now.ts';
import { timeText } from '../design/when.ts';
import type { Desk } from '../desk/desk.ts';
import { clearHistory, type HistoryEntry, historyOf, historyWorkspace, removeFromHistory } from '../desk/history.ts';
import { useDesk } from '../desk/use-desk.ts';
import { historyRows } from './history-rows.ts';

const ROW_HEIGHT = 28;

export default function HistoryPanel() {
  const desk = useDesk();
  const entries = useHistory(desk);
  const now = useNow();
  const [filter, setFilter] = useState('');
  const [isAsking, setIsAsking] = useState(false);
  const rows = useMemo(() => historyRows(entries, filter, now), [entries, filter, now]);
  if (entries.length === 0)
    return (
      <Empty icon={History} title="Nothing sent yet">
        Every request you send is kept here as it was written: without its values, its response or cookies. Only you see
        it.
      </Empty>
    );
  return (
    <div className="flex h-full flex-col">
      <div className="flex shrink-0 items-center gap-0.5 px-1.5 pt-1.5 pb-0.5">
        <div className="relative min-w-0 flex-1">
          <ListFilter
            aria-hidden
            size={13}
            className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-faint"
          />
          <input
            aria-label="Filter the history"
            placeholder="Filter by method, name or URL"
            spellCheck={false}
            value={filter}
            onChange={({ target }) => setFilter(target.value)}
            className="h-7 w-full min-w-0 rounded-md border border-line bg-canvas pr-2 pl-7 text-xs hover:border-line-strong focus:border-accent"
          />
        </div>
        <IconButton size="small" icon={Trash2} label="Clear the history" onClick={() => setIsAsking(true)} />
      </div>
      <Rows desk={desk} rows={rows} />
      {isAsking ? <AskToClear desk={desk} count={entries.length} close={() => setIsAsking(false)} /> : null}
    </div>
  );
}

function Rows({ desk, rows }: { readonly desk: Desk; readonly rows: ReturnType<typeof historyRows> }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  });
  return (
    <div ref={scroller} tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto py-1 outline-none">
      <ul aria-label="History" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li
              key={row.kind === 'day' ? row.title : row.entry.id}
              className="group absolute top-0 right-1 left-1 flex items-center rounded-md hover:bg-hover"
              style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
            >
              {row.kind === 'day' ? (
                <h3 className="px-2 text-2xs font-medium text-faint">{row.title}</h3>
              ) : (
                <Entry desk={desk} entry={row.entry} />
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Entry({ desk, entry }: { readonly desk: Desk; readonly entry: HistoryEntry }) {
  return (
    <>
      <button
        type="button"
        onClick={() => void open(desk, entry)}
        className="flex h-full min-w-0 flex-1 items-center gap-1.5 rounded-md pl-2 text-left text-sm"
      >
        <span className="flex w-9 shrink-0">
          <MethodLabel method={entry.method} />
        </span>
        <span className="min-w-0 flex-1 truncate">{entry.name === '' ? 'No URL' : entry.name}</span>
        <span className="shrink-0 pr-2 text-2xs text-faint group-focus-within:hidden group-hover:hidden">
          {entry.at === null ? '' : timeText(entry.at)}
        </span>
      </button>
      <span className="hidden shrink-0 group-focus-within:flex group-hover:flex max-md:flex">
        <IconButton
          size="small"
          icon={X}
          label="Remove from the history"
          onClick={() => void removeFromHistory(desk, entry)}
        />
      </span>
    </>
  );
}

function AskToClear({
  desk,
  count,
  close,
}: {
  readonly desk: Desk;
  readonly count: number;
  readonly close: () => void;
}) {
  const clear = async (): Promise<void> => {
    close();
    await clearHistory(desk);
    notify({ text: 'The history is empty' });
  };
  return (
    <Dialog
      title="Clear the history?"
      width="narrow"
      close={close}
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button look="danger" onClick={() => void clear()}>
            Clear
          </Button>
        </>
      }
    >
      <p className="text-sm">
        {count === 1 ? 'The one request' : `All ${count.toLocaleString('en')} requests`} in it will be gone for good, on
        your other devices too. Requests in collections stay.
      </p>
    </Dialog>
  );
}

/** Drafts by the entries they were made from: one that is open already comes to the front again. */
const opened = new Map<ElementId, ElementId>();

async function open(desk: Desk, { id }: HistoryEntry): Promise<void> {
  const { bench } = desk.bench.getState();
  const before = opened.get(id);
  if (before !== undefined && bench.tabs.store.getState().tabs.some(({ key }) => key === before)) {
    bench.tabs.front(before);
    return;
  }
  const view = await desk.device.read(id, historyWorkspace(desk) ?? undefined);
  if (view === null) return;
  const content = { data: parseJson(view.data), rows: view.rows };
  const draft = bench.drafts.begin('request', { parent: null, name: '', content });
  opened.set(id, draft);
  bench.tabs.openElement(draft);
}

function useHistory(desk: Desk): readonly HistoryEntry[] {
  const kept = useRef<readonly HistoryEntry[] | null>(null);
  return useSyncExternalStore(
    useCallback(
      (listener) => {
        // What came before anybody listened, or for another account, was not told.
        kept.current = null;
        return desk.device.subscribe((event) => {
          if (event.event !== 'shown' || event.workspace !== historyWorkspace(desk)) return;
          kept.current = null;
          listener();
        });
      },
      [desk],
    ),
    () => (kept.current ??= historyOf(desk)),
  );
}
