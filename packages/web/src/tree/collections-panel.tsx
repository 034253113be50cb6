/** Collections with what is in them: a filter, what makes new ones, and the tree. */
import { Box, ChevronsDownUp, FileUp, FolderPlus, ListFilter, Plus, X } from 'lucide-react';
import { useDeferredValue, useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import { Button, IconButton } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';
import { Menu } from '../design/menu.tsx';
import { useBench, useLists, useTabs } from '../desk/use-desk.ts';
import { filteredRows, finderOf, isInTree, rowsOf } from './rows.ts';
import { add } from './tree-actions.ts';
import { treeOf } from './tree-state.ts';
import { TreeView } from './tree-view.tsx';
import { useUrls } from './urls.ts';

export function CollectionsPanel() {
  const bench = useBench();
  const tree = treeOf(bench);
  const lists = useLists();
  const expanded = useStore(tree.store, (look) => look.expanded);
  const filter = useDeferredValue(useStore(tree.store, (look) => look.filter).trim());
  const urls = useUrls(bench, filter.length > 1 ? lists : null);
  const rows = useMemo(() => {
    return filter === ''
      ? rowsOf(lists.list, expanded)
      : filteredRows(
          lists.list,
          finderOf(filter, (id) => urls.get(id)),
        );
  }, [lists, expanded, filter, urls]);
  const front = useTabs((open) => open.front);
  useEffect(() => {
    const summary = bench.elements.summary(front as Parameters<typeof tree.reveal>[0]);
    if (summary === null || !isInTree(summary.kind) || summary.trashed) return;
    tree.reveal(summary.id);
  }, [bench, tree, front]);
  const isEmpty = rows.length === 0 && filter === '';
  return (
    <div className="flex h-full flex-col">
      <Toolbar />
      <div className="min-h-0 flex-1">
        {isEmpty ? (
          <NoCollections />
        ) : rows.length === 0 ? (
          <NothingFound filter={filter} />
        ) : (
          <TreeView rows={rows} isFiltered={filter !== ''} />
        )}
      </div>
    </div>
  );
}

function Toolbar() {
  const bench = useBench();
  const tree = treeOf(bench);
  const filter = useStore(tree.store, (look) => look.filter);
  return (
    <div className="flex shrink-0 items-center gap-0.5 px-1.5 pt-1.5 pb-0.5">
      <div className="relative min-w-0 flex-1">
        <ListFilter
          aria-hidden
          size={13}
          className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-faint"
        />
        <input
          aria-label="Filter collections"
          data-tree-filter
          placeholder="Filter by name, method or URL"
          spellCheck={false}
          value={filter}
          onChange={(event) => tree.filter(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') tree.filter('');
            if (event.key === 'ArrowDown') document.querySelector<HTMLElement>('[role="tree"]')?.focus();
          }}
          className="h-7 w-full min-w-0 rounded-md border border-line bg-canvas pr-7 pl-7 text-xs hover:border-line-strong focus:border-accent"
        />
        {filter === '' ? null : (
          <button
            type="button"
            aria-label="Clear the filter"
            onClick={() => tree.filter('')}
            className="absolute top-1/2 right-1 flex size-5 -translate-y-1/2 items-center justify-center rounded text-muted hover:bg-hover"
          >
            <X aria-hidden size={13} />
          </button>
        )}
      </div>
      <IconButton size="small" icon={ChevronsDownUp} label="Collapse all" onClick={() => tree.collapseAll()} />
      <Menu
        align="end"
        label="New"
        trigger={<IconButton size="small" icon={Plus} label="New" />}
        entries={[
          { label: 'New request', icon: Plus, act: () => void add(bench, 'request', null) },
          { label: 'New collection', icon: Box, act: () => void add(bench, 'collection', null) },
          { label: 'New folder', icon: FolderPlus, act: () => void add(bench, 'folder', null) },
          'line',
          { label: 'Import', icon: FileUp, act: () => bench.tabs.openPage('import') },
        ]}
      />
    </div>
  );
}

function NoCollections() {
  const bench = useBench();
  return (
    <Empty
      icon={Box}
      title="No collections yet"
      actions={
        <>
          <Button look="primary" icon={Plus} onClick={() => void add(bench, 'collection', null)}>
            New collection
          </Button>
          <Button icon={FileUp} onClick={() => bench.tabs.openPage('import')}>
            Import
          </Button>
        </>
      }
    >
      A collection holds requests, in folders if you like. Begin one, or import those you have: drop a Postman file
      anywhere on this window.
    </Empty>
  );
}

function NothingFound({ filter }: { readonly filter: string }) {
  const bench = useBench();
  return (
    <Empty
      icon={ListFilter}
      title="Nothing found"
      actions={<Button onClick={() => treeOf(bench).filter('')}>Clear the filter</Button>}
    >
      No name, method or URL in this workspace has “{filter}” in it. Search and commands looks in all workspaces.
    </Empty>
  );
}
