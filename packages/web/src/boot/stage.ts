/**
 * What the page is at: opening, working at a desk, or unable to. When a session ends (signed out here or from afar, another
 * account in front) the desk goes with it, and another seat is taken at once.
 */
import { type BrowserSession, openBrowserSession, type SessionEnd } from '@waypost/client/browser';
import { schemas } from '@waypost/model';
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { notify } from '../design/notice.tsx';
import { tellTexts } from '../design/pending-text.ts';
import { messageOf } from '../design/words.ts';
import { replaceLostWorkspace } from './lost-workspace.ts';
import { Desk } from '../desk/desk.ts';
import { sweep } from './sweep.ts';
import { keepAppOnDevice } from './updates.ts';

export type Stage =
  | { readonly at: 'opening' }
  | { readonly at: 'desk'; readonly desk: Desk; readonly session: BrowserSession }
  /** Nothing can be done but what `why` says. */
  | { readonly at: 'stopped'; readonly title: string; readonly why: string };

const store = createStore<{ readonly stage: Stage }>(() => ({ stage: { at: 'opening' } }));

export function useStage(): Stage {
  return useStore(store, ({ stage }) => stage);
}

export const SessionContext = createContext<BrowserSession | null>(null);

/** Signing in and out, and what only the server knows. The desk ends with it. */
export function useSession(): BrowserSession {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('There is no session around this component.');
  return session;
}

/** Called once, when the page starts. */
export function begin(): void {
  void open().then(sweep);
  keepAppOnDevice(async () => {
    const { stage } = store.getState();
    if (stage.at === 'desk') await flush(stage.desk);
  });
}

async function open(): Promise<void> {
  try {
    const session = await openBrowserSession({ schemas });
    const { device, me, account, key } = session;
    const who = { account: account?.account ?? null, server: account?.server ?? null };
    const token = async (): Promise<string | null> => (await session.home.account(key))?.token ?? null;
    const desk = await Desk.open({ device, me, key, token, ...who }, sayUnkept);
    session.flushWith(() => flush(desk));
    replaceLostWorkspace(desk);
    store.setState({ stage: { at: 'desk', desk, session } });
    void session.ended.then((end) => ended(desk, end));
  } catch (error) {
    const why = messageOf(error);
    store.setState({ stage: { at: 'stopped', title: 'Waypost could not open what is kept in this browser', why } });
  }
}

/** Long texts are told a moment after one stops typing: what was typed just now is one of them. */
function flush(desk: Desk): Promise<void> {
  tellTexts();
  return desk.flush();
}

async function ended(desk: Desk, end: SessionEnd): Promise<void> {
  if (end.kind === 'storage-lost') {
    store.setState({ stage: { at: 'stopped', title: 'Waypost stopped in this tab', why: end.message } });
  } else {
    store.setState({ stage: { at: 'opening' } });
  }
  // Its store may be gone under it; what was typed was put on disk before.
  await desk.close().catch(() => undefined);
  await sweep();
  if (end.kind === 'signed-out') notify({ text: 'Signed out', detail: end.message, isLasting: end.by === 'server' });
  if (end.kind === 'signed-out' || end.kind === 'switched') await open();
}

function sayUnkept(error: unknown): void {
  notify({
    text: 'What you are typing could not be kept on this device',
    detail: messageOf(error),
    kind: 'problem',
  });
}
