/** What was open of late, in this browser's memory of a workspace: the palette begins with it. */
import type { ElementId } from '@waypost/protocol';
import * as z from 'zod/mini';
import type { Bench } from '../desk/bench.ts';
import { RECENT } from '../desk/local-keys.ts';
import { remember, remembered } from '../desk/remember.ts';

const RECENT_MAX = 30;
const schema = z.array(z.string());

const known = new WeakMap<Bench, ElementId[]>();

/** Latest first. */
export function recentOf(bench: Bench): readonly ElementId[] {
  return known.get(bench) ?? [];
}

/** Keeps track of what comes to the front. Returns how to stop. */
export function followRecent(bench: Bench): () => void {
  void remembered(bench, RECENT, schema).then((before) =>
    known.set(bench, joined(recentOf(bench), (before ?? []) as ElementId[])),
  );
  return bench.tabs.store.subscribe(({ tabs: open, front }, before) => {
    const tab = open.find(({ key }) => key === front);
    if (front === before.front || tab?.show !== 'element') return;
    const now = joined([tab.id], recentOf(bench));
    known.set(bench, now);
    remember(bench, RECENT, now);
  });
}

function joined(first: readonly ElementId[], then: readonly ElementId[]): ElementId[] {
  return [...new Set([...first, ...then])].slice(0, RECENT_MAX);
}
