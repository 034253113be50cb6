/** What can be done from several places: by a button, a key, a menu, the palette. */
import { type Kind, newElementData } from '@waypost/model';
import { type ElementId, equalJson } from '@waypost/protocol';
import { notify } from '../design/notice.tsx';
import { tellTexts } from '../design/pending-text.ts';
import { messageOf } from '../design/words.ts';
import type { Bench } from '../desk/bench.ts';
import { NEW_REQUEST } from '../desk/new-id.ts';
import type { DraftState } from '../desk/drafts.ts';
import type { Tab } from '../desk/tabs.ts';
import { saveDraft } from '../drafts/save-draft.ts';
import { newlySharedBy } from '../drafts/shared-credentials.ts';
import { ask, askBeforeClosing } from './questions.ts';
import type { SaveOptions } from './save-options.ts';

/** Opens a request that stands nowhere yet; below `parent` once it is saved, where one is given. */
export function newRequest(bench: Bench, parent: ElementId | null = null): void {
  const id = bench.drafts.begin('request', { parent, name: NEW_REQUEST });
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
  tellTexts();
  if (tab.show === 'element' && bench.drafts.dirty.has(tab.id)) {
    if (isUntouched(bench.drafts.state(tab.id))) void discardTab(bench, tab.id);
    else askBeforeClosing(tab);
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

/** Closes the tab and forgets what was not saved. */
export async function discardTab(bench: Bench, id: ElementId): Promise<void> {
  bench.tabs.close(id);
  await bench.drafts.discard(id);
}

/** Forgets the edits of a saved element, and offers them once more. */
export async function discardEdits(bench: Bench, id: ElementId): Promise<void> {
  const edited = bench.drafts.contentOf(id);
  await bench.drafts.discard(id);
  notify({
    text: 'Edits discarded',
    ...(edited === null ? {} : { action: { label: 'Undo', act: () => bench.drafts.replace(id, edited) } }),
  });
}

/** Saves what a tab shows. What cannot be saved without an answer is asked. */
export async function saveTab(bench: Bench, id: ElementId, options: SaveOptions = {}): Promise<void> {
  tellTexts();
  try {
    const found = options.sharesCredentials === true ? [] : await newlySharedBy(bench, id);
    if (found.length > 0) {
      ask({ ask: 'credentials', id, found, options });
      return;
    }
    const result = await saveDraft(bench, id, options.place === undefined ? {} : { place: options.place });
    if (result.kind === 'changed-elsewhere' || result.kind === 'deleted-elsewhere') ask({ ask: result.kind, id });
    else if (result.kind === 'needs-place') ask({ ask: 'place', id, closesTab: options.closesTab === true });
    else if (options.closesTab === true) bench.tabs.close(id);
  } catch (error) {
    notify({ text: 'Not saved', detail: messageOf(error), kind: 'problem' });
  }
}

/** A new request in which nobody wrote anything. */
function isUntouched(state: DraftState | null): boolean {
  if (state?.isNew !== true || state.kind !== 'request') return false;
  return equalJson(state.content.data, newElementData('request', { name: NEW_REQUEST }));
}
