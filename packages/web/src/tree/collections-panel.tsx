/** Collections with what is in them. */
import type { ElementSummary } from '@waypost/client';
import { Box, Plus } from 'lucide-react';
import { Button, IconButton } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';
import { MethodLabel } from '../design/method.tsx';
import { useBench, useChildren } from '../desk/use-desk.ts';
import { create, newRequest } from '../frame/actions.ts';

export function CollectionsPanel() {
  const bench = useBench();
  const top = useChildren(null).filter(({ kind }) => kind === 'collection' || kind === 'folder' || kind === 'request');
  const add = (): void => void create(bench, 'collection', { parent: null, name: 'New collection' });
  if (top.length === 0) {
    return (
      <Empty
        icon={Box}
        title="No collections yet"
        actions={
          <Button look="primary" icon={Plus} onClick={add}>
            New collection
          </Button>
        }
      >
        A collection holds requests, in folders if you like. Import the ones you have, or begin one.
      </Empty>
    );
  }
  return (
    <div className="h-full overflow-y-auto p-1">
      <div className="flex justify-end">
        <IconButton size="small" icon={Plus} label="New collection" onClick={add} />
      </div>
      {top.map((one) => (
        <Branch key={one.id} summary={one} depth={0} />
      ))}
    </div>
  );
}

function Branch({ summary, depth }: { readonly summary: ElementSummary; readonly depth: number }) {
  const bench = useBench();
  const children = useChildren(summary.id);
  return (
    <>
      <div className="flex h-7 items-center rounded hover:bg-hover" style={{ paddingLeft: 8 + depth * 14 }}>
        <button
          type="button"
          className="flex min-w-0 flex-1 items-center gap-2 text-left"
          onClick={() => bench.tabs.openElement(summary.id, { preview: true })}
        >
          {summary.kind === 'request' ? <MethodLabel method={summary.detail} isWide /> : null}
          <span className="truncate">{summary.name}</span>
        </button>
        {summary.kind === 'request' ? null : (
          <IconButton size="small" icon={Plus} label="New request" onClick={() => newRequest(bench, summary.id)} />
        )}
      </div>
      {children.map((child) => (
        <Branch key={child.id} summary={child} depth={depth + 1} />
      ))}
    </>
  );
}
