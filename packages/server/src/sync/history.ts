/**
 * What happened to an element. History stores what each change replaced; so the element at an earlier revision is the
 * current one with later changes undone.
 */
import type { Actor, ActorNames, ElementId, JsonText, Revision, WorkspaceId } from '@waypost/protocol';
import { HISTORY_CREATED, type HistoryRow, type SyncReader, type SyncStore } from './store.ts';

/** More than history keeps of one element by default. */
const VERSIONS_MAX = 1_000;
/** In a list of versions, a longer value says no more; asked for alone, a version is whole. */
const VALUE_CHARS_MAX = 500;

export interface ElementHistory {
  /** Newest first. */
  readonly versions: readonly Version[];
  readonly names: ActorNames;
}

export interface Version {
  readonly revision: Revision;
  readonly by: Actor;
  /** Server time, milliseconds. */
  readonly at: number;
  /** The groups that were written, or parked. */
  readonly fields: readonly string[];
  /** What was replaced in them, or parked, as history stores it; without values too long for a list. */
  readonly values: GroupValues;
  /** `unmerged`: the side of a conflict that did not come to stand. */
  readonly status: 'current' | 'replaced' | 'unmerged';
}

/** Groups by name as they were, where that may differ from now; null for those that were absent. */
export type GroupValues = Readonly<Record<string, JsonText | null>>;

/** Null where the actor may not see it, or it never was. */
export function historyOf(
  store: SyncStore,
  workspace: WorkspaceId,
  actor: Actor,
  element: ElementId,
): Promise<ElementHistory | null> {
  return store.read(workspace, async (reader) => {
    const rows = await rowsOf(reader, actor, element);
    if (rows === null) return null;
    const current = rows.find(({ status }) => status === 'written');
    const versions = rows.map((row): Version => {
      const { revision, by, at } = row;
      const fields = Object.keys(row.values).filter((group) => group !== HISTORY_CREATED);
      const status = row.status === 'unmerged' ? 'unmerged' : row === current ? 'current' : 'replaced';
      return { revision, by, at, fields, values: shortOf(row.values), status };
    });
    const devices = [...new Set(rows.map(({ by }) => by.device))];
    return { versions, names: devices.length === 0 ? {} : await reader.names(devices) };
  });
}

/**
 * What to write to have the element as it was at a revision; for a version that was parked, what was parked. Null where
 * that is not known (any more), or not for this actor.
 */
export function valuesAt(
  store: SyncStore,
  {
    workspace,
    actor,
    element,
  }: { readonly workspace: WorkspaceId; readonly actor: Actor; readonly element: ElementId },
  { revision, status }: Pick<Version, 'revision' | 'status'>,
): Promise<GroupValues | null> {
  return store.read(workspace, async (reader) => {
    const rows = await rowsOf(reader, actor, element);
    if (rows === null) return null;
    const isUnmerged = status === 'unmerged';
    const version = rows.find((row) => row.revision === revision && (row.status === 'unmerged') === isUnmerged);
    if (version === undefined) return null;
    if (isUnmerged) return version.values;
    const values: Record<string, JsonText | null> = {};
    // Newest first, so that what the earliest later change replaced is what remains.
    for (const later of rows) {
      if (later.status === 'written' && later.revision > revision) Object.assign(values, later.values);
    }
    return values;
  });
}

function shortOf(values: GroupValues): GroupValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => (value?.length ?? 0) <= VALUE_CHARS_MAX));
}

async function rowsOf(reader: SyncReader, actor: Actor, element: ElementId): Promise<readonly HistoryRow[] | null> {
  if ((await reader.membership(actor.account)) === null) return null;
  const rows = await reader.history(element, VERSIONS_MAX);
  return rows.length === 0 ? null : rows;
}
