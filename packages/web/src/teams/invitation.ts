/** An invitation that this page was opened with. It waits, in memory only, until whoever opened it is signed in. */
import { type BrowserSession, invitationToken } from '@waypost/client/browser';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { openAccountDialog } from '../account/account-state.ts';

export const invitation = createStore<{ readonly token: string | null }>(() => ({ token: null }));

/** Looks at the address now and whenever it changes, and takes the token out of it: no bookmark and no history keeps it. */
export function watchForInvitations(): void {
  const take = (): void => {
    const token = location.hash.startsWith('#join') ? invitationToken(location.hash) : null;
    if (token === null) return;
    history.replaceState(history.state, '', location.pathname + location.search);
    invitation.setState({ token });
  };
  take();
  window.addEventListener('hashchange', take);
}

/** Asks about it once no other dialog is open; and once more after somebody signed in. */
export function useInvitation(session: BrowserSession, isFree: boolean): void {
  const token = useStore(invitation, (store) => store.token);
  const asked = useRef('');
  useEffect(() => {
    const asking = `${session.key} ${token}`;
    if (token === null || !isFree || asked.current === asking) return;
    asked.current = asking;
    openAccountDialog({ show: 'join-team', token });
  }, [session, token, isFree]);
}
