/** Questions the app asks in a dialog, one at a time. */
import type { ConflictId, ElementId, WorkspaceId } from '@waypost/protocol';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Tab } from '../desk/tabs.ts';
import type { SharedCredential } from '../drafts/shared-credentials.ts';
import type { SaveOptions } from './save-options.ts';

export type Question =
  | { readonly ask: 'close'; readonly tab: Tab }
  /** Where a new element shall stand. */
  | { readonly ask: 'place'; readonly id: ElementId; readonly closesTab?: boolean }
  /** Sharing what looks like a credential. */
  | {
      readonly ask: 'credentials';
      readonly id: ElementId;
      readonly found: readonly SharedCredential[];
      readonly options: SaveOptions;
    }
  /** Saving something that changed elsewhere. */
  | { readonly ask: 'changed-elsewhere'; readonly id: ElementId }
  | { readonly ask: 'deleted-elsewhere'; readonly id: ElementId }
  /** A conflict that the server reported. */
  | { readonly ask: 'conflict'; readonly id: ConflictId; readonly workspace: WorkspaceId }
  /** Earlier versions of an element. */
  | { readonly ask: 'versions'; readonly id: ElementId };

const store = createStore<{ readonly question: Question | null }>(() => ({ question: null }));

export function ask(question: Question): void {
  store.setState({ question });
}

export function answered(): void {
  store.setState({ question: null });
}

export function useQuestion(): Question | null {
  return useStore(store, ({ question }) => question);
}

export function askBeforeClosing(tab: Tab): void {
  ask({ ask: 'close', tab });
}
