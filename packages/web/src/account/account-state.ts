/** Which dialog about the account is open. It outlives the desk: signing in ends one and begins another. */
import type { TeamInfo } from '@waypost/client/browser';
import type { TeamId, WorkspaceId } from '@waypost/protocol';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

export type AccountDialogName =
  | { readonly show: 'sign-in' }
  | { readonly show: 'sign-up' }
  | { readonly show: 'sign-out' }
  | { readonly show: 'password' }
  | { readonly show: 'delete' }
  /** `team`: in it; null for one's own. */
  | { readonly show: 'new-workspace'; readonly team: TeamId | null }
  | { readonly show: 'new-team' }
  | { readonly show: 'invite'; readonly team: TeamInfo }
  /** `token`: of the link this page was opened with. */
  | { readonly show: 'join-team'; readonly token: string | null }
  | { readonly show: 'rename-workspace'; readonly id: WorkspaceId; readonly name: string }
  | { readonly show: 'delete-workspace'; readonly id: WorkspaceId; readonly name: string }
  /** `had`: how many elements there are to copy; just after a sign-in. */
  | { readonly show: 'copy-local'; readonly had: number | null };

const store = createStore<{ readonly dialog: AccountDialogName | null }>(() => ({ dialog: null }));

export function openAccountDialog(dialog: AccountDialogName): void {
  store.setState({ dialog });
}

export function closeAccountDialog(): void {
  store.setState({ dialog: null });
}

export function useAccountDialog(): AccountDialogName | null {
  return useStore(store, ({ dialog }) => dialog);
}

/** A server may be one that syncs nothing: its page says so, and nothing about accounts is shown. */
export function isSyncOffered(): boolean {
  return document.querySelector('meta[name="waypost-sync"]')?.getAttribute('content') !== 'off';
}
