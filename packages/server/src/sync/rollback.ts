/**
 * Telling that a database was rolled back, and where its numbers and a device's part. A restored backup hands out
 * numbers again that devices already hold; a cursor must never be taken for one of the new ones.
 *
 * Two chains say where a number comes from. A workspace's *lives* are the server runs that issued numbers, each with the
 * head before its first; every delta seals its `to` together with the last of them. An *epoch* is the chain of epochs
 * that led to it, each with the head at which it began. What two chains share, both sides share.
 */
import type { Epoch, Position, Revision, WorkspaceId } from '@waypost/protocol';
import type { Chance, Mac } from './ports.ts';
import type { Life, SyncStore, WorkspaceRow } from './store.ts';

/** How many lives a seal names. A backup older than so many starts of the server costs devices more to re-send. */
const SEALED_LIVES = 3;
/** Enough that a forger would need 2^130 tries. */
const SEAL_MAC_CHARS = 22;
/** Restores that an epoch remembers: 16 entries stay below the length of a token. */
const EPOCH_ENTRIES_MAX = 12;
const LIVES_KEPT_MAX = 64;

export type Standing =
  | { readonly kind: 'follows' }
  /** `restored`: what the device holds above it, this database has lost. */
  | { readonly kind: 'reset'; readonly reason: 'first' | 'epoch' | 'future' | 'floor'; readonly restored: Revision }
  /** Proof that the database was rolled back, to a state that both share up to `restored`. */
  | { readonly kind: 'rolled-back'; readonly restored: Revision };

/** A name for one run of a server, or for a node that joins others in theirs. */
export function newLife(chance: Chance): string {
  return hex(chance.bytes(8));
}

export function newEpoch(chance: Chance): Epoch {
  return hex(chance.bytes(5)) as Epoch;
}

/** The `life` of a delta or manifest: proof that this server issued `to` in this epoch. */
export function sealCursor(mac: Mac, row: WorkspaceRow, to: Revision): string {
  const lives = row.lives.slice(-SEALED_LIVES).map(({ life, first }) => `${life}:${first.toString(36)}`);
  const content = `${lives.join(',')}.${to.toString(36)}`;
  return `${content}.${sealMac(mac, row.id, row.epoch, content)}`;
}

/** Where a device stands towards a workspace. Nobody can bring about `rolled-back` without a seal of this server. */
export function judgePosition(mac: Mac, row: WorkspaceRow, position: Position): Standing {
  const { epoch, cursor } = position;
  if (epoch === null) return { kind: 'reset', reason: 'first', restored: row.restored };
  const seal = position.life === null ? null : openSeal(mac, row.id, epoch, position.life);
  const known = seal !== null && cursor <= seal.to;
  const parted = known ? partingOfLives(row, seal.lives, cursor) : null;
  if (epoch !== row.epoch) {
    const { at, ancestor } = partingOfEpochs(row.epoch, epoch);
    const restored = Math.min(at, parted ?? at, row.head);
    // An epoch that came out of this one, and that this database does not know: it was rolled back beyond its beginning.
    if (known && ancestor) return { kind: 'rolled-back', restored };
    return { kind: 'reset', reason: 'epoch', restored };
  }
  if (parted !== null) return { kind: 'rolled-back', restored: Math.min(parted, row.head) };
  const future = cursor > row.head || (!known && cursor > 0);
  if (future) return { kind: 'reset', reason: 'future', restored: row.restored };
  if (cursor < row.floor) return { kind: 'reset', reason: 'floor', restored: row.restored };
  return { kind: 'follows' };
}

export interface Renewal {
  readonly store: SyncStore;
  readonly mac: Mac;
  readonly chance: Chance;
  /** The running server's. */
  readonly life: string;
}

/**
 * Begins a new epoch where the position proves a rollback; judged again under the lock, so that of many devices that
 * bring the proof one renews. Tombstones and their floor stay: cursors of the new epoch are never below.
 */
export async function renewEpoch(renewal: Renewal, workspace: WorkspaceId, position: Position): Promise<void> {
  await renewal.store.transact(workspace, async (transaction) => {
    const row = await transaction.workspace();
    if (row === null) return;
    const standing = judgePosition(renewal.mac, row, position);
    if (standing.kind !== 'rolled-back') return;
    const next = renewed(row, { restored: standing.restored, life: renewal.life, fresh: newEpoch(renewal.chance) });
    await transaction.write({
      ...{ workspace: next, rows: [], collected: [], streams: [] },
      ...{ outcomes: [], conflicts: [], history: [] },
    });
  });
}

/** The workspace at the beginning of a new epoch, whose numbers this server run goes on with. */
export function renewed(
  row: WorkspaceRow,
  { restored, life, fresh }: { readonly restored: Revision; readonly life: string; readonly fresh: Epoch },
): WorkspaceRow {
  return {
    ...row,
    epoch: nextEpoch(row.epoch, fresh, restored),
    restored,
    lives: [...row.lives, { life, first: row.head }].slice(-LIVES_KEPT_MAX),
  };
}

/** The epoch that follows another at a head: its name tells both. */
export function nextEpoch(epoch: Epoch, fresh: Epoch, restored: Revision): Epoch {
  const kept = epoch.split('~').slice(-EPOCH_ENTRIES_MAX + 1);
  return [...kept, `${fresh}_${restored.toString(36)}`].join('~') as Epoch;
}

interface Seal {
  readonly lives: readonly Life[];
  readonly to: Revision;
}

function openSeal(mac: Mac, workspace: WorkspaceId, epoch: Epoch, text: string): Seal | null {
  const [lives, to, signature] = text.split('.');
  if (lives === undefined || to === undefined || signature === undefined) return null;
  if (signature !== sealMac(mac, workspace, epoch, `${lives}.${to}`)) return null;
  return {
    lives: lives === '' ? [] : lives.split(',').map(readLife),
    to: Number.parseInt(to, 36),
  };
}

function sealMac(mac: Mac, workspace: WorkspaceId, epoch: Epoch, content: string): string {
  return mac(`cursor\n${workspace}\n${epoch}\n${content}`).slice(0, SEAL_MAC_CHARS);
}

function readLife(text: string): Life {
  const [life = '', first = '0'] = text.split(':');
  return { life, first: Number.parseInt(first, 36) };
}

/** The last number that both chains share, or null where all up to the cursor is shared. */
function partingOfLives(row: WorkspaceRow, theirs: readonly Life[], cursor: Revision): Revision | null {
  const oldest = row.lives[0];
  if (oldest === undefined) return cursor > row.head ? row.head : null;
  // Before the oldest life that is still known nothing can be told apart.
  if (cursor <= oldest.first) return null;
  let theirEnd = cursor;
  for (const life of theirs.toReversed()) {
    const at = row.lives.findIndex((ours) => ours.life === life.life && ours.first === life.first);
    if (at >= 0) {
      const shared = Math.min(theirEnd, row.lives[at + 1]?.first ?? row.head);
      return shared >= cursor ? null : shared;
    }
    theirEnd = Math.min(theirEnd, life.first);
  }
  // No life in common: all that is sure is what the epoch began with.
  return Math.min(row.restored, theirEnd);
}

/** Up to where two epochs share their numbers, and whether ours is an ancestor of theirs. */
function partingOfEpochs(ours: Epoch, theirs: Epoch): { readonly at: Revision; readonly ancestor: boolean } {
  const [our, their] = [epochEntries(ours), epochEntries(theirs)];
  const shared = their.findLastIndex(({ name }) => our.some((entry) => entry.name === name));
  if (shared < 0) return { at: 0, ancestor: false };
  const name = their[shared]?.name;
  const ourTail = our.slice(our.findIndex((entry) => entry.name === name) + 1);
  const tails = [...ourTail, ...their.slice(shared + 1)];
  return { at: Math.min(...tails.map(({ began }) => began)), ancestor: ourTail.length === 0 };
}

function epochEntries(epoch: Epoch): { readonly name: string; readonly began: Revision }[] {
  return epoch.split('~').map((entry) => {
    const [name = '', began = '0'] = entry.split('_');
    const at = Number.parseInt(began, 36);
    return { name, began: Number.isSafeInteger(at) ? at : 0 };
  });
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
