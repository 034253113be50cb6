/** The desk in React: hooks that read it, and paint again when what they read is another. */
import type { DeviceStatus, ElementSummary, ElementView } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { Bench } from './bench.ts';
import type { Desk } from './desk.ts';
import type { DraftState } from './drafts.ts';
import type { Lists } from './elements.ts';
import { statusOf } from './status-of.ts';
import type { OpenTabs } from './tabs.ts';

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('There is no desk around this component.');
  return desk;
}

/** The workspace in front. */
export function useBench(): Bench {
  return useStore(useDesk().bench, ({ bench }) => bench);
}

/** Undefined while it is being read; null where it is gone. */
export function useElement(id: ElementId): ElementView | null | undefined {
  const { elements } = useBench();
  return useSyncExternalStore(
    useCallback((listener) => elements.watch(id, listener), [elements, id]),
    () => elements.view(id),
  );
}

export function useSummary(id: ElementId): ElementSummary | null {
  const { elements } = useBench();
  useListVersion();
  return elements.summary(id);
}

/** Rises with every change of any list; for what walks the tree. */
export function useListVersion(): number {
  const { elements } = useBench();
  return useSyncExternalStore(
    useCallback((listener) => elements.watchLists(listener), [elements]),
    () => elements.version,
  );
}

/** For what works something out from the tree: the same object until any list may be another. */
export function useLists(): Lists {
  const { elements } = useBench();
  return useSyncExternalStore(
    useCallback((listener) => elements.watchLists(listener), [elements]),
    () => elements.lists,
  );
}

export function useChildren(parent: ElementId | null): readonly ElementSummary[] {
  const { elements } = useBench();
  useListVersion();
  return elements.list(parent);
}

/** What an editor of the element shows; null while it is being read. Keeps the draft open while it is shown. */
export function useDraft(id: ElementId): DraftState | null {
  const { drafts } = useBench();
  return useSyncExternalStore(
    useCallback((listener) => drafts.watch(id, listener), [drafts, id]),
    () => drafts.state(id),
  );
}

/** The same for what only needs to know its kind, and is not painted again with every keystroke. */
export function useDraftKind(id: ElementId): string | null {
  const { drafts } = useBench();
  return useSyncExternalStore(
    useCallback((listener) => drafts.watch(id, listener), [drafts, id]),
    () => drafts.state(id)?.kind ?? null,
  );
}

/** Elements with something unsaved. */
export function useDirty(): ReadonlySet<ElementId> {
  const { drafts } = useBench();
  return useSyncExternalStore(
    useCallback((listener) => drafts.watchDirty(listener), [drafts]),
    () => drafts.dirty,
  );
}

export function useTabs<Part>(part: (tabs: OpenTabs) => Part): Part {
  return useStore(useBench().tabs.store, part);
}

export function useStatus(): DeviceStatus {
  return useStore(statusOf(useDesk().device), ({ status }) => status);
}
