/** What one desk's device told since it was opened: for the sync log, and for who changed what. */
import type { DeviceEvent } from '@waypost/client';
import type { ElementId, Revision, WorkspaceId } from '@waypost/protocol';
import type { Desk } from '../desk/desk.ts';
import { SyncLog } from './sync-log.ts';
import { tell } from './told.ts';

export type LastChange = Pick<
  Extract<DeviceEvent, { readonly groups: readonly string[] }>,
  'workspace' | 'id' | 'groups' | 'revision' | 'by' | 'at'
>;

export class SyncWatch {
  readonly log = new SyncLog();
  readonly #changes = new Map<ElementId, LastChange>();

  /** Who changed an element last, and when, if this window saw it. */
  lastChange(id: ElementId): LastChange | null {
    return this.#changes.get(id) ?? null;
  }

  /** What a settled change of this device came to stand in. */
  changeAt(workspace: WorkspaceId, revision: Revision): LastChange | null {
    const changes = [...this.#changes.values()];
    return changes.findLast((change) => change.workspace === workspace && change.revision === revision) ?? null;
  }

  hear(event: DeviceEvent): void {
    this.log.hear(event);
    switch (event.event) {
      case 'created':
      case 'changed':
      case 'moved':
      case 'deleted':
      case 'restored':
        this.#changes.set(event.id, event);
        break;
      default:
        break;
    }
  }
}

const watches = new WeakMap<Desk, SyncWatch>();

/** Begins with the first call; it lasts as long as the desk. */
export function syncWatchOf(desk: Desk): SyncWatch {
  const present = watches.get(desk);
  if (present !== undefined) return present;
  const watch = new SyncWatch();
  watches.set(desk, watch);
  watch.hear({ event: 'status', status: desk.device.status() });
  desk.device.subscribe((event) => {
    watch.hear(event);
    tell(desk, event, watch);
  });
  return watch;
}
