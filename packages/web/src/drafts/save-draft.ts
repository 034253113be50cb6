/** Saves a draft, and lets this device's own values follow variables that were renamed or taken away in it. */
import type { Content, ElementId } from '@waypost/protocol';
import type { Bench } from '../desk/bench.ts';
import { contentOf } from '../desk/draft.ts';
import type { SaveResult } from '../desk/drafts.ts';
import { ownerOf } from '../desk/variables.ts';
import { tableRows } from '../request/rows.ts';
import { variablesPath } from './shared-credentials.ts';

export interface SaveDraft {
  readonly place?: ElementId;
  readonly autosave?: boolean;
}

export async function saveDraft(bench: Bench, id: ElementId, options: SaveDraft = {}): Promise<SaveResult> {
  const moves = await nameChanges(bench, id);
  const result = await bench.drafts.save(id, options);
  if (result.kind === 'saved') {
    for (const { owner, from, to } of moves) {
      const value = bench.variables.localOf(owner).get(from);
      if (value === undefined) continue;
      if (to !== null) await bench.variables.setLocal(owner, to, value);
      await bench.variables.setLocal(owner, from, null);
    }
  }
  return result;
}

export interface NameChange {
  readonly from: string;
  /** Null where the variable is gone. */
  readonly to: string | null;
}

async function nameChanges(bench: Bench, id: ElementId): Promise<(NameChange & { readonly owner: string })[]> {
  const state = bench.drafts.state(id);
  const path = state === null ? null : variablesPath(state.kind);
  if (state === null || path === null || state.isNew) return [];
  const view = await bench.elements.read(id);
  const owner = ownerOf(state);
  return view === null
    ? []
    : namesChanged(state.kind, contentOf(view), state.content).map((change) => ({ ...change, owner }));
}

/** By the identity of the rows. A name that some other row has by now keeps its value. */
export function namesChanged(kind: string, saved: Content, draft: Content): NameChange[] {
  const path = variablesPath(kind);
  if (path === null) return [];
  const now = tableRows(kind, draft, path);
  const names = new Map(now.map(({ id, key }) => [id, key]));
  const taken = new Set(names.values());
  return tableRows(kind, saved, path).flatMap(({ id, key }) => {
    const next = names.get(id);
    return next === key || key === '' || taken.has(key)
      ? []
      : [{ from: key, to: next === undefined || next === '' ? null : next }];
  });
}
