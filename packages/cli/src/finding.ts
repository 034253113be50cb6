/** Ids as people type them: whole, or the beginning where that is unambiguous. */
import type { Device, ElementSummary } from '@waypost/client';
import { type ElementId, isUuid, WaypostError, type WorkspaceId, type WorkspaceInfo } from '@waypost/protocol';
import { CommandError, usageError } from './failure.ts';
import { quoted } from './output/text.ts';

export const SHORT_ID_CHARS = 4;
/** How many characters tables show. */
export const SHOWN_ID_CHARS = 8;
const CHOICES_SHOWN_MAX = 5;

/** The one of these that an id or its beginning means. Throws `not-found`, `ambiguous`, and `usage` for what is no id. */
export function matching<Item extends { readonly id: string }>(
  items: Iterable<Item>,
  text: string,
  noun: string,
): Item {
  const wanted = text.toLowerCase();
  if (!/^[0-9a-f-]+$/.test(wanted) || wanted.length < SHORT_ID_CHARS) {
    throw usageError(
      `${quoted(text)} is no id: give at least the first ${SHORT_ID_CHARS} characters of one; ${whereToLook(noun)}`,
    );
  }
  const found = [...items].filter(({ id }) => id.startsWith(wanted));
  const [first] = found;
  if (first === undefined) throw notFound(text, noun);
  if (found.length === 1 || first.id === wanted) return first;
  const choices = found.slice(0, CHOICES_SHOWN_MAX).map(({ id }) => id);
  throw new CommandError(
    'ambiguous',
    `${found.length} ids begin with ${text}: ${choices.join(', ')}${found.length > choices.length ? ', …' : '.'}`,
  );
}

export function notFound(text: string, noun: string): WaypostError {
  return new WaypostError('not-found', `There is no ${noun} ${text} here: ${whereToLook(noun)}`);
}

/** Where a person finds the ids of what a noun means. */
function whereToLook(noun: string): string {
  const newest = 'and `waypost sync` fetches the newest.';
  switch (noun) {
    case 'device':
      return '`waypost devices` lists them.';
    case 'key':
      return '`waypost keys` lists them.';
    case 'pairing':
      return '`waypost agent pairings` lists them.';
    case 'conflict':
      return `\`waypost conflicts\` lists them, ${newest}`;
    case 'team':
      return '`waypost team list` lists them.';
    case 'workspace':
      return `\`waypost workspaces\` lists them, ${newest}`;
    default:
      return `\`waypost ls\` shows what there is, ${newest}`;
  }
}

export interface Located {
  readonly workspace: WorkspaceId;
  readonly summary: ElementSummary;
  readonly id: ElementId;
}

export interface LocateOptions {
  /** Whether something in the trash counts. */
  readonly trashed: boolean;
}

/** An element by its id, in the current workspace, else in any other that is here. */
export function locate(device: Device, text: string, options: LocateOptions = { trashed: false }): Located {
  const found = isUuid(text.toLowerCase()) ? byWholeId(device, text.toLowerCase()) : byBeginning(device, text);
  if (found.summary.trashed && !options.trashed) {
    throw new WaypostError(
      'not-found',
      `${quoted(found.summary.name)} is in the trash: \`waypost restore ${found.id.slice(0, SHOWN_ID_CHARS)}\` brings it back.`,
    );
  }
  return found;
}

function byWholeId(device: Device, id: string): Located {
  for (const { id: workspace } of inReach(device)) {
    const summary = device.summary(id as ElementId, workspace);
    if (summary !== null) return { workspace, summary, id: summary.id };
  }
  throw notFound(id, 'element');
}

function byBeginning(device: Device, text: string): Located {
  const everywhere = inReach(device).flatMap(({ id: workspace }) =>
    [...walk(device, workspace), ...device.trash(workspace)].map((summary) => ({ workspace, summary, id: summary.id })),
  );
  return matching(everywhere, text, 'element');
}

/** The current workspace first. */
export function inReach(device: Device): WorkspaceInfo[] {
  const current = device.current();
  const all = [...device.workspaces()];
  return [...all.filter(({ id }) => id === current), ...all.filter(({ id }) => id !== current)];
}

/** Everything in a workspace, or below an element, in order: parents before their children. */
export function* walk(
  device: Device,
  workspace: WorkspaceId,
  parent: ElementId | null = null,
): Iterable<ElementSummary> {
  for (const summary of device.list(parent, workspace)) {
    yield summary;
    yield* walk(device, workspace, summary.id);
  }
}

export function shortId(id: string): string {
  return id.slice(0, SHOWN_ID_CHARS);
}
