/** Values that look like credentials and are about to be saved as shared ones: everybody in the workspace would have them. */
import { looksLikeCredential } from '@waypost/model';
import type { Content, ElementId } from '@waypost/protocol';
import type { Bench } from '../desk/bench.ts';
import { ownerOf } from '../desk/variables.ts';
import { contentOf } from '../desk/draft.ts';
import { tableRows } from '../request/rows.ts';
import { authCredentials, keepAuthHere } from './auth-credentials.ts';

export interface SharedCredential {
  /** The name of the variable, or the label of the field. */
  readonly key: string;
  /** The field of an authentication it stands in; null where it is the value of a variable. */
  readonly field: string | null;
  /** What it looks like. */
  readonly reason: string;
}

export function variablesPath(kind: string): string | null {
  if (kind === 'environment' || kind === 'globals') return 'values';
  return kind === 'collection' || kind === 'folder' ? 'variable' : null;
}

/** Those that the save would share anew; what was shared before is not asked about again. */
export function newlyShared(kind: string, saved: Content | null, draft: Content): SharedCredential[] {
  return [...sharedVariables(kind, saved, draft), ...sharedFields(kind, saved, draft)];
}

function sharedVariables(kind: string, saved: Content | null, draft: Content): SharedCredential[] {
  const path = variablesPath(kind);
  if (path === null) return [];
  const before = new Set(
    (saved === null ? [] : tableRows(kind, saved, path)).map(({ key, value }) => JSON.stringify([key, value])),
  );
  return tableRows(kind, draft, path).flatMap(({ key, value, type }) => {
    if (before.has(JSON.stringify([key, value]))) return [];
    const reason =
      looksLikeCredential(key, value) ?? (type === 'secret' && value !== '' ? 'it is marked as secret' : null);
    return reason === null ? [] : [{ key, field: null, reason }];
  });
}

function sharedFields(kind: string, saved: Content | null, draft: Content): SharedCredential[] {
  // Entries of the history are private to the person.
  if (kind === 'history-entry') return [];
  const before = new Set(
    (saved === null ? [] : authCredentials(kind, saved)).map(({ path, value }) => JSON.stringify([path, value])),
  );
  return authCredentials(kind, draft)
    .filter(({ path, value }) => !before.has(JSON.stringify([path, value])))
    .map(({ path, label, reason }) => ({ key: label, field: path, reason }));
}

export async function newlySharedBy(bench: Bench, id: ElementId): Promise<SharedCredential[]> {
  const state = bench.drafts.state(id);
  if (state === null) return [];
  const view = state.isNew ? null : await bench.elements.read(id);
  return newlyShared(state.kind, view === null ? null : contentOf(view), state.content);
}

/** All of them, each in the way of its place. */
export async function keepAllHere(bench: Bench, id: ElementId, found: readonly SharedCredential[]): Promise<void> {
  await keepHere(
    bench,
    id,
    found.filter(({ field }) => field === null).map(({ key }) => key),
  );
  for (const { field } of found) if (field !== null) await keepAuthHere(bench, id, field);
}

/** Their values become local ones, and the shared ones empty: nothing of them leaves the device. */
export async function keepHere(bench: Bench, id: ElementId, keys: readonly string[]): Promise<void> {
  const state = bench.drafts.state(id);
  const path = state === null ? null : variablesPath(state.kind);
  if (state === null || path === null) return;
  const rows = tableRows(state.kind, state.content, path).filter(({ key }) => keys.includes(key));
  for (const { key, value } of rows) await bench.variables.setLocal(ownerOf(state), key, { value });
  bench.drafts.edit(
    id,
    rows.flatMap(({ id: row }) => [
      { op: 'text', path: `${path}[#${row}].value`, text: '' } as const,
      // Everybody's screen shows dots from now on. Variables of collections have no such type in the format.
      ...(path === 'values' ? [{ op: 'text', path: `${path}[#${row}].type`, text: 'secret' } as const] : []),
    ]),
  );
}
