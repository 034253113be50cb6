/** Where an element goes among its siblings. */
import type { Device, ElementSummary } from '@waypost/client';
import { standingProblem } from '@waypost/model';
import { byOrder, type ElementId, orderBetween, type WorkspaceId } from '@waypost/protocol';
import { CommandError, usageError } from './failure.ts';
import { quoted } from './output/text.ts';

export interface Place {
  readonly parent: ElementId | null;
  readonly order: string;
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
export function placeAt(device: Device, { workspace, kind, parent, before, moving }: PlaceOptions): Place {
  const problem = standingProblem(kind, parent?.kind ?? null);
  if (problem !== null) throw new CommandError('invalid', problem);
  const siblings = device
    .list(parent?.id ?? null, workspace)
    .filter(({ id }) => id !== moving)
    .toSorted(byOrder);
  const parentId = parent?.id ?? null;
  if (before === null)
    return { parent: parentId, order: orderBetween(siblings.at(-1)?.order ?? null, null, Math.random()) };
  const next = siblings.find(({ id }) => id === before);
  if (next === undefined)
    throw usageError(
      `--before names an element that does not stand ${parent === null ? 'at the top' : `in ${quoted(parent.name)}`}.`,
    );
  // Two devices may have picked one key; then there is no room between the two, only before both.
  const previous = siblings.findLast(({ order }) => order < next.order);
  return { parent: parentId, order: orderBetween(previous?.order ?? null, next.order, Math.random()) };
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
