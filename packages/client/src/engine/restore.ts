/**
 * A new epoch: the server was restored from a backup, and what this device had settled beyond that it has lost. The
 * devices are the backup: what they hold above the restored head is sent again, conflicts are parked again, and what waits
 * follows behind, with no number in it that the server has not reached.
 */
import {
  type Change,
  type Conflict,
  type DeviceId,
  type Element,
  type ElementId,
  type OldStamp,
  type ParkWrite,
  type ResendWrite,
  type Revision,
  type Stamp,
  TRASH,
} from '@waypost/protocol';
import { inChanges } from './intents.ts';
import { clampedWrites, type OutboxEntry } from './outbox.ts';

export interface LostWork {
  /** The head at which the new epoch began. */
  readonly restored: Revision;
  readonly device: DeviceId;
  /** Settled elements above it, parents before children. */
  readonly elements: readonly Element[];
  /** An element and what it stands below. */
  readonly above: (id: ElementId) => Iterable<ElementId>;
  /** Whether the restored server has it. Where the new epoch began may be named lower than it was. */
  readonly isThere: (id: ElementId) => boolean;
  readonly conflicts: readonly Conflict[];
  readonly waiting: readonly OutboxEntry[];
}

/** What the new stream begins with: first what was lost, then what was waiting (`moved` of them, the last ones). */
export interface Recovery {
  readonly changes: readonly Change['writes'][];
  readonly moved: number;
  readonly resent: readonly Element[];
  /**
   * In the trash here, and not there: deletes are reported, not sent again. What was written to them before is; only what
   * was also made since the backup stays away with them, unless what waits here brings it back.
   */
  readonly deletedHere: readonly Element[];
}

export function planRecovery(lost: LostWork): Recovery {
  const { restored, device, elements, above, isThere, conflicts, waiting } = lost;
  const wanted = wantedBack(waiting, above);
  const isDeleted = ({ id, trashed }: Element): boolean =>
    trashed !== null &&
    trashed.revision > restored &&
    !wanted.restored.has(id) &&
    !(wanted.written.has(id) && trashed.by.device === device);
  const roots = new Set(elements.filter(isDeleted).map(({ id }) => id));
  const deletedHere = elements.filter(({ id }) => [...above(id)].some((at) => roots.has(at)));
  const isGone = (element: Element): boolean => deletedHere.includes(element) && !isThere(element.id);
  const resent = elements.filter((element) => !isGone(element) && isLost(element, restored));
  const resends = resent.map((element) => resendOf(element, restored, device));
  // The restored server has the others, and perhaps a later version of them than this device has seen.
  const lostConflicts = conflicts.filter(({ revision }) => revision > restored);
  const parks = lostConflicts.map((conflict) => parkOf(conflict, restored));
  const again = [...inChanges(resends), ...inChanges(parks)];
  const moved = waiting.map(({ writes }) => clampedWrites(writes, restored));
  return { changes: [...again, ...moved], moved: moved.length, resent, deletedHere };
}

/** What pending changes take out of the trash: by name, or by writing to what this device itself put there [PL6]. */
function wantedBack(
  waiting: LostWork['waiting'],
  above: LostWork['above'],
): { readonly restored: ReadonlySet<ElementId>; readonly written: ReadonlySet<ElementId> } {
  const writes = waiting.flatMap((entry) => entry.writes);
  return {
    restored: new Set(writes.flatMap((write) => (write.op === 'restore' ? write.id : []))),
    written: new Set(writes.flatMap((write) => (write.op === 'set' ? [...above(write.id)] : []))),
  };
}

function resendOf(element: Element, restored: Revision, device: DeviceId): ResendWrite {
  const { id, kind, schema, parent, order, data, rows, origin, created } = element;
  const groups = lostGroups(element, restored, device);
  return {
    op: 'resend',
    element: { id, kind, schema, parent, order, data, rows, origin, created: oldStamp(created, device), groups },
  };
}

function isLost({ created, stamps }: Element, restored: Revision): boolean {
  return [created, ...Object.values(stamps)].some(({ revision }) => revision > restored);
}

function lostGroups({ stamps, trashed }: Element, restored: Revision, device: DeviceId): Record<string, OldStamp> {
  const lost = Object.entries(stamps).filter(
    // Leaving the trash means nothing for what went back to it.
    ([group, { revision }]) => revision > restored && !(group === TRASH && trashed !== null),
  );
  return Object.fromEntries(lost.map(([group, stamp]) => [group, oldStamp(stamp, device)]));
}

function oldStamp({ revision, author }: Stamp, device: DeviceId): OldStamp {
  return { revision, own: author === device };
}

function parkOf({ id, element, type, fields }: Conflict, restored: Revision): ParkWrite {
  const clamped = fields.map((field) => ({ ...field, revision: Math.min(field.revision, restored) }));
  return { op: 'park', conflict: id, id: element, type, fields: clamped };
}
