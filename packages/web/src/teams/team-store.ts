/** The teams of whoever is signed in, as the server has them, for as long as somebody looks. */
import type { BrowserSession, TeamDetails } from '@waypost/client/browser';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { useSession } from '../boot/stage.ts';
import { messageOf } from '../design/words.ts';

export interface TeamsRead {
  /** By name; null until they are read. */
  readonly teams: readonly TeamDetails[] | null;
  /** Why they could not be read; what was read before stays in sight. */
  readonly problem: string | null;
}

const LOOK_EVERY_MS = 3_000;

const NOTHING: TeamsRead = { teams: null, problem: null };
const store = createStore<TeamsRead & { readonly key: string | null }>(() => ({ ...NOTHING, key: null }));

/** Reads them anew: at first, and after whatever changed them here. */
export async function readTeams(session: BrowserSession): Promise<void> {
  const { key } = session;
  if (store.getState().key !== key) store.setState({ ...NOTHING, key });
  const answer = await session
    .ask(async (calls) => {
      const teams = await calls.teams.list();
      return Promise.all(teams.map(async ({ id }) => calls.teams.details(id)));
    })
    .then(
      (teams) => ({ teams, problem: null }),
      (error: unknown) => ({ problem: messageOf(error) }),
    );
  // Another account may be at work by now.
  if (store.getState().key === key) store.setState(answer);
}

/** As long as somebody looks: the server tells of workspaces by itself, and of who joins a team when it is asked. */
export function useTeams(): TeamsRead {
  const session = useSession();
  useEffect(() => {
    const read = (): void => {
      if (document.visibilityState === 'visible') void readTeams(session);
    };
    void readTeams(session);
    const timer = setInterval(read, LOOK_EVERY_MS);
    document.addEventListener('visibilitychange', read);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', read);
    };
  }, [session]);
  return useStore(store);
}
