/** What can be done from several places: by a button, a key, a menu, the palette. */
import type { Kind } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { notify } from '../design/notice.tsx';
import type { Bench } from '../desk/bench.ts';
import type { Tab } from '../desk/tabs.ts';
import { ask, askBeforeClosing } from './questions.ts';

/** Opens a request that stands nowhere yet; below `parent` once it is saved, where one is given. */
export function newRequest(bench: Bench, parent: ElementId | null = null): void {
  const id = bench.drafts.begin('request', { parent, name: 'New request' });
  bench.tabs.openElement(id);
}

/** Creates it at once: for what has a name and nothing else to decide. */
export async function create(
  bench: Bench,
  kind: Kind,
  options: { readonly parent: ElementId | null; readonly name: string },
): Promise<ElementId> {
  const id = bench.drafts.begin(kind, options);
  await bench.drafts.save(id, { place: options.parent });
  return id;
}

/** Asks only where something would be lost. */
export function closeTab(bench: Bench, tab: Tab): void {
  if (tab.show === 'element' && bench.drafts.state(tab.id)?.isDirty === true) {
    askBeforeClosing(tab);
    return;
  }
  bench.tabs.close(tab.key);
}

/** Those with something unsaved stay open. */
export function closeTabs(bench: Bench, tabs: readonly Tab[]): void {
  for (const tab of tabs) {
    if (tab.show !== 'element' || !bench.drafts.dirty.has(tab.id)) bench.tabs.close(tab.key);
  }
}

/** Saves what a tab shows. What cannot be saved without an answer is asked. */
export async function saveTab(bench: Bench, id: ElementId): Promise<void> {
  try {
    const result = await bench.drafts.save(id);
    if (result.kind === 'changed-elsewhere' || result.kind === 'deleted-elsewhere') ask({ ask: result.kind, id });
    if (result.kind === 'needs-place') notify({ text: `Not saved: ${result.kind}`, kind: 'problem' });
  } catch (error) {
    notify({ text: 'Not saved', detail: error instanceof Error ? error.message : String(error), kind: 'problem' });
  }
}
