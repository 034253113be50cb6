/** How a browser and the agent become a pair: by a code that the agent shows once, for a token that is this origin's. */
import { atHand, keepPairing, type Pairing } from './at-hand.ts';

/** Where the agent listens if nobody says otherwise. */
export const AGENT_URL = 'http://127.0.0.1:4401';

export type PairResult =
  | { readonly kind: 'paired'; readonly pairing: Pairing }
  | { readonly kind: 'refused'; readonly why: string };

export async function pairWithAgent({
  url,
  code,
}: {
  readonly url: string;
  readonly code: string;
}): Promise<PairResult> {
  const base = url.trim().replace(/\/+$/, '');
  try {
    const response = await fetch(`${base}/pair`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: code.trim() }),
      credentials: 'omit',
      cache: 'no-store',
    });
    const said = (await response.json()) as {
      readonly token?: unknown;
      readonly message?: unknown;
      readonly error?: unknown;
    };
    if (response.ok && typeof said.token === 'string')
      return { kind: 'paired', pairing: { url: base, token: said.token } };
    const message: unknown = said.message ?? Reflect.get(Object(said.error), 'message');
    return { kind: 'refused', why: typeof message === 'string' ? message : `The agent answered ${response.status}.` };
  } catch {
    return { kind: 'refused', why: 'No agent answers at this address. Start it, or correct the address.' };
  }
}

/** Here at once; at the agent as well, where it can be reached. */
export async function unpair(): Promise<void> {
  const { agent } = atHand.getState();
  keepPairing(null);
  if (agent === null) return;
  await fetch(`${agent.url}/pair`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${agent.token}` },
    credentials: 'omit',
  }).catch(() => undefined);
}
