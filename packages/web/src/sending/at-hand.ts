/** What there is to send with besides the browser: what the page was served with, and an agent that was paired. */
import * as z from 'zod/mini';
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface AtHand {
  /** The server that served this page runs on this machine and sends. */
  readonly isMachine: boolean;
  /** It is a shared one, and sends for those who are signed in. */
  readonly isRelayOffered: boolean;
  readonly agent: Pairing | null;
}

/** With the agent on this machine: of this browser, whoever works in it. */
export interface Pairing {
  readonly url: string;
  readonly token: string;
}

const KEY = 'waypost.agent';
const pairingSchema = z.object({ url: z.string(), token: z.string() });

export const atHand: StoreApi<AtHand> = createStore<AtHand>(() => ({ ...served(), agent: readPairing() }));

export function keepPairing(agent: Pairing | null): void {
  atHand.setState({ agent });
  try {
    if (agent === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(agent));
  } catch {
    // Storage may be closed to the page: the pairing then lasts as long as the page.
  }
}

/** The server says it in the page itself, so that nobody is asked who did not send anything. */
function served(): Pick<AtHand, 'isMachine' | 'isRelayOffered'> {
  const said = document.querySelector('meta[name="waypost-sender"]')?.getAttribute('content') ?? '';
  return { isMachine: said === 'machine', isRelayOffered: said === 'relay' };
}

function readPairing(): Pairing | null {
  try {
    return pairingSchema.safeParse(JSON.parse(localStorage.getItem(KEY) ?? 'null')).data ?? null;
  } catch {
    return null;
  }
}
