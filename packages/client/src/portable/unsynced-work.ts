/**
 * What of a store the server does not have, as records: the outbox with its streams and numbers, changes that were
 * refused, open conflicts, drafts and local values. What mirrors the server is not part of it.
 */
import type { AccountId, WorkspaceId } from '@waypost/protocol';
import * as z from 'zod/mini';
import {
  type Collection,
  DEVICE,
  type DeviceStorage,
  type StorageWrite,
  type StoredRecord,
  WINDOW,
} from '../engine/ports.ts';
import { OUTCOMES, RECENT, REFUSED_PREFIX, REPLICA } from '../engine/records.ts';

export interface SpacedRecord extends StoredRecord {
  readonly workspace: WorkspaceId | typeof DEVICE;
}

/** All records of some collections, whichever workspace they are of. */
export type Collected = ReadonlyMap<Collection, readonly SpacedRecord[]>;

export interface ErasableStorage extends DeviceStorage {
  everywhere(collections: readonly Collection[]): Promise<Collected>;
  /**
   * Erases, provided that `holds` agrees to these collections as they are while nobody else can write. What another tab or
   * process appended since the caller last looked is thus never erased unseen.
   */
  eraseIf(collections: readonly Collection[], holds: (found: Collected) => boolean): Promise<boolean>;
}

const recordSchema = z.object({
  to: z.enum(['state', 'outbox', 'conflicts', 'local']),
  workspace: z.string(),
  key: z.string(),
  value: z.string(),
});
const textSchema = z.object({ account: z.string(), records: z.array(recordSchema) });

export type WorkRecord = z.infer<typeof recordSchema>;
export type Work = readonly WorkRecord[];

/** How much of it there is, for people. Conflicts are on the server too. */
export interface WorkCount {
  readonly changes: number;
  readonly refused: number;
  readonly local: number;
  readonly conflicts: number;
}

/** Of a workspace's state, what only says where the mirror of the server stands. All else goes along, known or not. */
const OF_THE_MIRROR: ReadonlySet<string> = new Set([REPLICA, OUTCOMES, RECENT]);

export const OF_WORK = ['outbox', 'conflicts', 'local', 'state'] as const satisfies readonly Collection[];

/** From what a store holds of {@link OF_WORK}. Where windows and panes stand is no work. */
export function workIn(found: Collected): Work {
  const work: WorkRecord[] = [];
  for (const to of OF_WORK) {
    for (const record of found.get(to) ?? []) {
      if (to === 'local' && record.key.startsWith(WINDOW)) continue;
      if (to === 'state' && (record.workspace === DEVICE || OF_THE_MIRROR.has(record.key))) continue;
      work.push({ to, ...record });
    }
  }
  return work;
}

export function countWork(work: Work): WorkCount {
  const count = (is: (record: WorkRecord) => boolean) => work.filter(is).length;
  return {
    changes: count(({ to }) => to === 'outbox'),
    refused: count(({ to, key }) => to === 'state' && key.startsWith(REFUSED_PREFIX)),
    local: count(({ to }) => to === 'local'),
    conflicts: count(({ to }) => to === 'conflicts'),
  };
}

/** Whether erasing would destroy something that is nowhere else. */
export function isOnlyHere({ changes, refused, local }: WorkCount): boolean {
  return changes + refused + local > 0;
}

export function isSameWork(a: Work, b: Work): boolean {
  return a.length === b.length && JSON.stringify(a) === JSON.stringify(b);
}

export function workText(account: AccountId, records: Work): string {
  return JSON.stringify({ account, records });
}

/** Null where the text is not work of this account. */
export function workOf(account: AccountId, text: string): Work | null {
  const parsed = textSchema.safeParse(JSON.parse(text));
  return parsed.success && parsed.data.account === account ? parsed.data.records : null;
}

/** Puts work into a store that was not synced yet: under the same streams and numbers, so that the server knows what it had. */
export async function restoreWork(storage: DeviceStorage, work: Work): Promise<void> {
  const writes = work.map(
    ({ to, workspace, key, value }): StorageWrite => ({ to, workspace: workspace as typeof DEVICE, key, value }),
  );
  await storage.commit({ writes }, 'strict');
}
