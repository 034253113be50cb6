/** What is in a collection or a folder, with how much there is below it. */
import type { ElementSummary } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';
import { Folder, FolderPlus, Inbox, Plus } from 'lucide-react';
import { useMemo } from 'react';
import { Button } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';
import { MethodLabel } from '../design/method.tsx';
import { named } from '../design/words.ts';
import { useBench, useLists } from '../desk/use-desk.ts';
import { counted } from '../import/counted.ts';
import type { ListOf } from './rows.ts';
import { add } from './tree-actions.ts';

/** More are looked through in the sidebar, or searched. */
const SHOWN_MAX = 500;

export function FolderContents({ id, kind }: { readonly id: ElementId; readonly kind: string }) {
  const bench = useBench();
  const lists = useLists();
  const children = lists.list(id);
  const counts = useMemo(() => countBelow(lists.list, id), [lists, id]);
  const making = (
    <>
      <Button size="small" icon={Plus} onClick={() => void add(bench, 'request', id)}>
        New request
      </Button>
      <Button size="small" icon={FolderPlus} onClick={() => void add(bench, 'folder', id)}>
        New folder
      </Button>
    </>
  );
  if (children.length === 0)
    return (
      <Empty icon={Inbox} title={`Nothing in this ${kind} yet`} actions={making}>
        Requests in it have its authentication, variables and scripts, unless they say otherwise.
      </Empty>
    );
  return (
    <div className="min-h-0 flex-1 overflow-y-auto p-3">
      <div className="flex flex-wrap items-center gap-2 px-1 pb-2">
        <p className="min-w-0 flex-1 text-xs text-muted">{countsText(counts)}</p>
        {making}
      </div>
      <ul className="flex flex-col">
        {children.slice(0, SHOWN_MAX).map((child) => (
          <li key={child.id}>
            <Child child={child} below={child.kind === 'folder' ? countBelow(lists.list, child.id) : null} />
          </li>
        ))}
      </ul>
      {children.length > SHOWN_MAX ? (
        <p className="px-2 py-1 text-xs text-faint">and {children.length - SHOWN_MAX} more, in the sidebar</p>
      ) : null}
    </div>
  );
}

function Child({ child, below }: { readonly child: ElementSummary; readonly below: Counts | null }) {
  const bench = useBench();
  return (
    <button
      type="button"
      onClick={() => bench.tabs.openElement(child.id, { preview: true })}
      className="flex h-8 w-full min-w-0 items-center gap-2 rounded-md px-2 text-left text-sm hover:bg-hover"
    >
      {child.kind === 'request' ? (
        <span className="flex w-10 shrink-0">
          <MethodLabel method={child.detail} />
        </span>
      ) : (
        <span className="flex w-10 shrink-0">
          <Folder aria-hidden size={15} className="text-muted" />
        </span>
      )}
      <span className="min-w-0 flex-1 truncate">{named(child.name)}</span>
      {below === null ? null : <span className="shrink-0 text-xs text-faint">{countsText(below)}</span>}
    </button>
  );
}

interface Counts {
  readonly folders: number;
  readonly requests: number;
}

function countBelow(listOf: ListOf, id: ElementId): Counts {
  let [folders, requests] = [0, 0];
  const waiting: ElementId[] = [id];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const child of listOf(at)) {
      if (child.kind === 'folder') {
        folders += 1;
        waiting.push(child.id);
      } else requests += 1;
    }
  }
  return { folders, requests };
}

function countsText({ folders, requests }: Counts): string {
  const parts = [...(folders > 0 ? [counted(folders, 'folder')] : []), counted(requests, 'request')];
  return parts.join(', ');
}
