/** Where an element goes among its siblings. */
import type { Device, ElementSummary, Intent } from '@waypost/client';
import { standingProblem } from '@waypost/model';
import { type ElementId, roomAt, type WorkspaceId } from '@waypost/protocol';
import { CommandError, usageError } from './failure.ts';
import { quoted } from './output/text.ts';

export interface Place {
  readonly parent: ElementId | null;
  readonly order: string;
}

export interface Room {
  readonly place: Place;
  /** Siblings that make room: to be moved in the same change. */
  readonly makingRoom: readonly Intent[];
}

export interface PlaceOptions {
  readonly workspace: WorkspaceId;
  readonly kind: string;
  readonly parent: ElementSummary | null;
  /** The sibling to stand before; null: last. */
  readonly before: ElementId | null;
  /** An element that is being moved is no sibling of itself. */
  readonly moving: ElementId | null;
}

/** Throws `invalid` where its kind cannot stand there. */
export function placeAt(device: Pick<Device, 'list'>, { workspace, kind, parent, before, moving }: PlaceOptions): Room {
  const problem = standingProblem(kind, parent?.kind ?? null);
  if (problem !== null) throw new CommandError('invalid', problem);
  const parentId = parent?.id ?? null;
  if (before !== null && before === moving)
    throw usageError('--before names the element itself: name the one it shall stand before.');
  const siblings = device.list(parentId, workspace).filter(({ id }) => id !== moving);
  const at = before === null ? siblings.length : siblings.findIndex(({ id }) => id === before);
  if (at < 0)
    throw usageError(
      `--before names an element that does not stand ${parent === null ? 'at the top' : `in ${quoted(parent.name)}`}.`,
    );
  const { order, moved } = roomAt(siblings, at, () => Math.random());
  return {
    place: { parent: parentId, order },
    makingRoom: moved.map((sibling) => ({ do: 'move', parent: parentId, ...sibling })),
  };
}

/** Throws `cycle` where an element would come to stand below itself. */
export function refuseCycle(
  device: Device,
  workspace: WorkspaceId,
  moved: ElementSummary,
  parent: ElementSummary | null,
): void {
  for (
    let above = parent;
    above !== null;
    above = above.parent === null ? null : device.summary(above.parent, workspace)
  ) {
    if (above.id === moved.id) throw new CommandError('cycle', `${quoted(moved.name)} cannot be moved into itself.`);
  }
}
