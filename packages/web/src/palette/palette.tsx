/** Search and commands over everything: type, choose, Enter. */
import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import type { WorkspaceId } from '@waypost/protocol';
import {
  Box,
  CornerDownLeft,
  Folder,
  Globe,
  Layers,
  MessageSquareReply,
  Search,
  SlidersHorizontal,
  Terminal,
} from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import { BoxedKeys } from '../design/keys.tsx';
import { MethodLabel } from '../design/method.tsx';
import { named } from '../design/words.ts';
import type { Desk } from '../desk/desk.ts';
import { useBench, useDesk } from '../desk/use-desk.ts';
import { COMMANDS } from '../frame/commands.ts';
import { gatheringOf } from './gathering.ts';
import { closePalette } from './palette-state.ts';
import { recentOf } from './recent.ts';
import { type Result, type ResultGroup, resultsFor } from './results.ts';
import type { Findable } from './search.ts';

export default function Palette() {
  const desk = useDesk();
  const bench = useBench();
  const [query, setQuery] = useState('');
  const gathering = gatheringOf(desk);
  const index = useStore(gathering.store, (now) => now.index);
  const isSearching = query.trim().length > 1;
  useEffect(() => {
    void gathering.refresh().then(() => (isSearching ? gathering.refreshUrls() : undefined));
  }, [gathering, isSearching]);
  const groups = useMemo(
    () =>
      resultsFor({
        query,
        index,
        commands: COMMANDS.filter(({ isPossible }) => isPossible?.(desk) !== false),
        workspaces: desk.device.workspaces().filter(({ id, kind }) => id !== bench.workspace && kind !== 'account'),
        recent: recentOf(bench),
      }),
    // At once, not when there is time: whoever types fast and presses Enter means what is written.
    [query, index, desk, bench],
  );
  const take = (result: Result): void => {
    closePalette();
    // Once the palette is gone the keyboard is back where it was, and what is run may put it elsewhere.
    setTimeout(() => void run(desk, result));
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => (isOpen ? undefined : closePalette())}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          aria-label="Search and commands"
          className="fixed top-[10vh] left-1/2 z-40 flex max-h-[70vh] w-[min(640px,calc(100vw-2rem))] -translate-x-1/2 flex-col overflow-hidden rounded-xl border border-line bg-raised shadow-raised outline-none"
        >
          <Autocomplete.Root
            open
            inline
            mode="none"
            items={groups}
            filter={null}
            value={query}
            onValueChange={(value, { reason }) => (reason === 'item-press' ? undefined : setQuery(value))}
            autoHighlight="always"
            keepHighlight
          >
            <div className="flex items-center gap-2.5 border-b border-line px-4">
              <Search aria-hidden size={16} className="shrink-0 text-faint" />
              <Autocomplete.Input
                aria-label="Search and commands"
                spellCheck={false}
                placeholder="Name, method or URL, > for commands"
                className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none"
              />
            </div>
            <div className="min-h-0 flex-1 overflow-y-auto overscroll-contain p-1.5">
              <Autocomplete.Empty>
                <p className="px-2.5 py-6 text-center text-sm text-muted">
                  {query.trim() === ''
                    ? 'Type to search all workspaces.'
                    : 'Nothing has a name, a place or a URL like this.'}
                </p>
              </Autocomplete.Empty>
              <Autocomplete.List>
                {(group: ResultGroup) => (
                  <Autocomplete.Group key={group.title} items={group.items}>
                    <Autocomplete.GroupLabel className="px-2.5 pt-2 pb-1 text-2xs font-medium text-faint">
                      {group.title}
                    </Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(result: Result) => (
                        <Autocomplete.Item
                          key={keyOf(result)}
                          value={result}
                          onClick={() => take(result)}
                          className="flex h-9 scroll-my-1.5 items-center gap-2.5 rounded-md px-2.5 text-sm outline-none data-highlighted:bg-accent-soft"
                        >
                          <Content result={result} workspace={bench.workspace} />
                        </Autocomplete.Item>
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </div>
          </Autocomplete.Root>
          <div className="flex items-center gap-4 border-t border-line px-4 py-1.5 text-2xs text-faint max-sm:hidden">
            <span>↑↓ to choose</span>
            <span className="flex items-center gap-1">
              <CornerDownLeft aria-hidden size={11} /> to open
            </span>
            <span>Esc to close</span>
            <span className="flex-1 text-right">{index.entries.length.toLocaleString('en')} elements</span>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ result, workspace }: { readonly result: Result; readonly workspace: WorkspaceId }) {
  switch (result.kind) {
    case 'element':
      return (
        <>
          <span className="flex w-10 shrink-0 justify-center">
            <Sign entry={result.entry} />
          </span>
          <span className="min-w-0 shrink-0 truncate max-sm:shrink">{named(result.entry.name)}</span>
          <span className="min-w-0 flex-1 truncate text-xs text-muted">{placeOf(result.entry, workspace)}</span>
          {result.url === null ? null : (
            <span className="max-w-[50%] min-w-0 truncate font-mono text-2xs text-muted">{result.url}</span>
          )}
        </>
      );
    case 'command':
      return (
        <>
          <span className="flex w-10 shrink-0 justify-center">
            <Terminal aria-hidden size={15} className="text-muted" />
          </span>
          <span className="min-w-0 flex-1 truncate">{result.command.label}</span>
          {result.command.keys === undefined ? null : <BoxedKeys combination={result.command.keys} />}
        </>
      );
    case 'workspace':
      return (
        <>
          <span className="flex w-10 shrink-0 justify-center">
            <Layers aria-hidden size={15} className="text-muted" />
          </span>
          <span className="min-w-0 flex-1 truncate">Switch to {result.name}</span>
        </>
      );
  }
}

const SIGNS = { collection: Box, folder: Folder, example: MessageSquareReply, globals: Globe } as const;

function Sign({ entry: { kind, detail } }: { readonly entry: Findable }) {
  if (kind === 'request') return <MethodLabel method={detail} />;
  const Icon = SIGNS[kind as keyof typeof SIGNS] ?? SlidersHorizontal;
  return <Icon aria-hidden size={15} className="text-muted" />;
}

/** Another workspace is named; that of the one in front goes without saying. */
function placeOf({ workspace, workspaceName, path }: Findable, current: WorkspaceId): string {
  if (workspace === current) return path;
  return path === '' ? workspaceName : `${workspaceName} / ${path}`;
}

function keyOf(result: Result): string {
  switch (result.kind) {
    case 'element':
      return result.entry.id;
    case 'command':
      return result.command.id;
    case 'workspace':
      return result.id;
  }
}

async function run(desk: Desk, result: Result): Promise<void> {
  switch (result.kind) {
    case 'command':
      COMMANDS.find(({ id }) => id === result.command.id)?.run(desk);
      return;
    case 'workspace':
      await desk.use(result.id);
      return;
    case 'element':
      await desk.use(result.entry.workspace);
      desk.bench.getState().bench.tabs.openElement(result.entry.id);
  }
}
