/** Sending, as the screens use it: one store of sendings for each workspace on the desk. */
import type { ElementId } from '@waypost/protocol';
import { useCallback, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import type { Bench } from '../desk/bench.ts';
import type { Desk } from '../desk/desk.ts';
import { recordHistory } from '../desk/history.ts';
import { useBench, useDesk } from '../desk/use-desk.ts';
import { atHand } from './at-hand.ts';
import { consoleLog, type ConsoleLog, logEvent } from './console-log.ts';
import { Sends, type SendsOf } from './sends.ts';
import { wayChoiceOf, wayOf } from './way-choice.ts';
import type { Way } from './ways.ts';

/** Many pieces of a body are one paint. */
const PAINT_AFTER_MS = 16;

const ofBenches = new WeakMap<Bench, Sends>();
const logs = new WeakMap<Desk, StoreApi<ConsoleLog>>();

export function sendsOf(desk: Desk, bench: Bench): Sends {
  const present = ofBenches.get(bench);
  if (present !== undefined) return present;
  const log = logOf(desk);
  const sends = new Sends({
    begin: async (id, signal) => {
      const way = currentWay(desk, bench);
      const [{ run }, { senderFor }] = await Promise.all([import('./run.ts'), import('./sender-for.ts')]);
      const events = await run({ bench, id, sender: senderFor(way, { desk, bench }), signal });
      return { way, method: '', url: '', events };
    },
    onEvent: (id, attempt, event) => {
      logEvent(log, Date.now(), attempt, event);
      if (event.kind === 'composed') void remember(desk, bench, id);
    },
    now: () => Date.now(),
    soon: (run) => void setTimeout(run, PAINT_AFTER_MS),
  });
  ofBenches.set(bench, sends);
  return sends;
}

/** In the history: as its editor shows it. That it could not be kept there is no reason not to send. */
async function remember(desk: Desk, bench: Bench, id: ElementId): Promise<void> {
  const content = bench.drafts.state(id)?.content;
  if (content !== undefined) await recordHistory(desk, content, Date.now()).catch(() => undefined);
}

export function logOf(desk: Desk): StoreApi<ConsoleLog> {
  const present = logs.get(desk) ?? consoleLog();
  logs.set(desk, present);
  return present;
}

export function useSends(): Sends {
  const desk = useDesk();
  return sendsOf(desk, useBench());
}

export function useSendsOf(id: ElementId): SendsOf {
  const sends = useSends();
  return useSyncExternalStore(
    useCallback((listener) => sends.watch(id, listener), [sends, id]),
    () => sends.of(id),
  );
}

export function useConsole(): ConsoleLog {
  return useStore(logOf(useDesk()));
}

export function currentWay(desk: Desk, bench: Bench): Way {
  return wayOf(wayChoiceOf(bench).getState(), handOf(desk));
}

export function useWay(): Way {
  const desk = useDesk();
  const choice = useStore(wayChoiceOf(useBench()));
  useStore(atHand);
  return wayOf(choice, handOf(desk));
}

/** The relay is for those who are signed in. */
function handOf({ seat }: Desk) {
  const { isMachine, isRelayOffered, agent } = atHand.getState();
  return { isMachine, isRelayOffered: isRelayOffered && seat.account !== null, isAgentPaired: agent !== null };
}
