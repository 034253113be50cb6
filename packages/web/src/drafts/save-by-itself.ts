/**
 * Saves a moment after one stops typing, where a person chose that. What would have to be asked is left a draft: a new
 * request without a place, what was changed or deleted elsewhere, what looks like a credential.
 */
import type { ElementId } from '@waypost/protocol';
import type { StoreApi } from 'zustand/vanilla';
import { type Look, look as lookOfBrowser } from '../boot/look.ts';
import type { Bench } from '../desk/bench.ts';
import { saveDraft } from './save-draft.ts';
import { newlySharedBy } from './shared-credentials.ts';

const SAVE_AFTER_MS = 1_000;

/** Returns how to stop. */
export function saveByItself(bench: Bench, look: Pick<StoreApi<Look>, 'getState'> = lookOfBrowser): () => void {
  const waiting = new Map<ElementId, ReturnType<typeof setTimeout>>();
  const save = async (id: ElementId): Promise<void> => {
    waiting.delete(id);
    const state = bench.drafts.state(id);
    if (state === null || state.isNew || state.isDeleted || state.contested.length > 0) return;
    if ((await newlySharedBy(bench, id)).length > 0) return;
    // What the disk refuses stays a draft, and the tab says so.
    await saveDraft(bench, id, { autosave: true }).catch(() => undefined);
  };
  const stop = bench.drafts.watchEdits((id) => {
    clearTimeout(waiting.get(id));
    waiting.delete(id);
    if (look.getState().autosave)
      waiting.set(
        id,
        setTimeout(() => void save(id), SAVE_AFTER_MS),
      );
  });
  return () => {
    stop();
    for (const timer of waiting.values()) clearTimeout(timer);
  };
}
