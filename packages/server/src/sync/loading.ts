/** What a batch of changes can touch, read before judging: the planner itself never waits. */
import type { AccountId, ConflictId, ElementId, StreamId } from '@waypost/protocol';
import type { PushItem } from './ports.ts';
import type { StoredRow, SyncReader } from './store.ts';
import type { Loaded } from './workspace-state.ts';

/** Null where the workspace does not exist. */
export async function loadFor(reader: SyncReader, items: readonly PushItem[]): Promise<Loaded | null> {
  const workspace = await reader.workspace();
  if (workspace === null) return null;
  const named = idsIn(items);
  const rows = new Map<ElementId, StoredRow>();
  const keep = (found: readonly StoredRow[]): void => {
    for (const row of found) rows.set(row.id, row);
  };
  if (workspace.recovered !== null) named.single.add(workspace.recovered);
  keep(await reader.withAncestors([...named.single]));
  if (named.whole.size > 0) keep(await reader.withDescendants([...named.whole]));
  const streams = await reader.streams([...named.streams]);
  // A delete asks about everything below.
  const concerned = named.deletes ? new Set([...named.single, ...rows.keys()]) : named.single;
  const open = await reader.openConflicts([...concerned]);
  const conflicts = named.conflicts.size > 0 ? [...open, ...(await reader.conflicts([...named.conflicts]))] : open;
  const decided = conflicts.map(({ element }) => element).filter((id) => !rows.has(id));
  if (decided.length > 0) keep(await reader.withAncestors(decided));
  const roles = new Map<AccountId, NonNullable<Awaited<ReturnType<SyncReader['membership']>>>['role'] | null>();
  for (const account of named.accounts) roles.set(account, (await reader.membership(account))?.role ?? null);
  return { workspace, rows: [...rows.values()], conflicts, streams, roles };
}

interface Named {
  /** Needed with everything above them. */
  readonly single: Set<ElementId>;
  /** Needed with everything below them. */
  readonly whole: Set<ElementId>;
  deletes: boolean;
  readonly conflicts: Set<ConflictId>;
  readonly streams: Set<StreamId>;
  readonly accounts: Set<AccountId>;
}

function idsIn(items: readonly PushItem[]): Named {
  const named: Named = {
    single: new Set(),
    whole: new Set(),
    deletes: false,
    conflicts: new Set(),
    streams: new Set(),
    accounts: new Set(),
  };
  for (const { actor, stream, changes } of items) {
    named.streams.add(stream);
    named.accounts.add(actor.account);
    for (const write of changes.flatMap((change) => change.writes)) {
      if (write.op === 'close') {
        named.conflicts.add(write.conflict);
        continue;
      }
      const { id, parent } =
        write.op === 'resend' ? write.element : { id: write.id, parent: 'parent' in write ? write.parent : null };
      named.single.add(id);
      if (parent !== null) named.single.add(parent);
      if (write.op === 'delete') named.deletes = true;
      if (write.op === 'park') named.conflicts.add(write.conflict);
      if (write.op === 'move' || write.op === 'delete' || write.op === 'purge' || write.op === 'resend')
        named.whole.add(id);
    }
  }
  return named;
}
