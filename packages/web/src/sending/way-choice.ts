/** Which way requests leave from here: what there is, what a person chose, and what follows from both. */
import * as z from 'zod/mini';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bench } from '../desk/bench.ts';
import { type ChosenWay, type Reach, type Way, wayFor } from './ways.ts';

/** Of this workspace on this device; how one looks, not what one works on. */
const WAY = 'window/sender';
/** That a person agreed to send through the server, for this workspace. */
const CONSENT = 'window/relay-consent';

export interface WayChoice {
  readonly chosen: ChosenWay;
  readonly isAgreed: boolean;
}

const choiceSchema = z.nullable(z.enum(['machine', 'agent', 'browser', 'relay']));

const choices = new WeakMap<Bench, StoreApi<WayChoice>>();

export function wayChoiceOf(bench: Bench): StoreApi<WayChoice> {
  const present = choices.get(bench);
  if (present !== undefined) return present;
  const store = createStore<WayChoice>(() => ({ chosen: null, isAgreed: false }));
  choices.set(bench, store);
  void bench.device.local.all(bench.workspace).then((records) => {
    const written = records.find(({ key }) => key === WAY)?.value;
    const chosen = written === undefined ? null : (choiceSchema.safeParse(written).data ?? null);
    store.setState({ chosen, isAgreed: records.some(({ key }) => key === CONSENT) });
  });
  return store;
}

export async function chooseWay(bench: Bench, chosen: ChosenWay): Promise<void> {
  wayChoiceOf(bench).setState({ chosen });
  await bench.device.local.put(bench.workspace, WAY, chosen);
}

export async function agreeToRelay(bench: Bench, isAgreed: boolean): Promise<void> {
  wayChoiceOf(bench).setState({ isAgreed });
  await bench.device.local.put(bench.workspace, CONSENT, isAgreed ? 'agreed' : null);
}

export function wayOf(
  { chosen, isAgreed }: WayChoice,
  hand: Omit<Reach, 'isRelayAgreed'> & { readonly isRelayOffered: boolean },
): Way {
  return wayFor(chosen, { ...hand, isRelayAgreed: hand.isRelayOffered && isAgreed });
}
