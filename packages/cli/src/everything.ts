/** What export writes: an element with all below it, or all there is. */
import type { Device } from '@waypost/client';
import { exportAll, type ExportedElement, exportPostman } from '@waypost/model';
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import { type Located, walk } from './finding.ts';
import type { Progress } from './output/progress.ts';
import type { Session } from './session.ts';

/** One element with all below it, as a file other tools read. */
export async function documentOf(device: Device, { id, workspace }: Located, progress: Progress): Promise<string> {
  const ids = [id, ...[...walk(device, workspace, id)].map((summary) => summary.id)];
  const [root, ...below] = await read(device, workspace, ids, progress);
  if (root === undefined) throw new Error(`The element ${id} went away while it was read.`);
  return exportPostman(root, below);
}

/** Everything of every workspace that is here, in one file that import reads again. */
export async function dumpOf(
  session: Session,
  progress: Progress,
): Promise<{ readonly text: string; readonly elements: number }> {
  const { device } = session;
  const parts: ExportedElement[][] = [];
  for (const { id: workspace } of device.workspaces()) {
    const ids = [...walk(device, workspace)].map(({ id }) => id);
    parts.push(await read(device, workspace, ids, progress));
  }
  const elements = parts.flat();
  return { text: exportAll(elements), elements: elements.length };
}

async function read(
  device: Device,
  workspace: WorkspaceId,
  ids: readonly ElementId[],
  progress: Progress,
): Promise<ExportedElement[]> {
  const elements: ExportedElement[] = [];
  // One after the other: the first one of a page brings the others along, which all at once would each fetch it.
  for (const id of ids) {
    const view = await device.read(id, workspace);
    if (view !== null) elements.push(view);
    progress.report('Reading', elements.length, ids.length);
  }
  return elements;
}

/**
 * What exists only on this device and is no element: changes the server refused, local values, and the parked sides of
 * conflicts. At signing out with `--export` it goes into the file too, so that nothing is lost without a trace.
 */
export async function onlyHere({ device }: Session): Promise<Readonly<Record<string, unknown>> | null> {
  const refused = [];
  const local = [];
  const parked = [];
  for (const { id } of device.workspaces()) {
    for (const { code, writes, at } of device.refused(id))
      refused.push({ code, at, writes: JSON.parse(writes) as unknown });
    local.push(await device.local.all(id));
    parked.push(await device.conflicts(id));
  }
  const found = { refused, local: local.flat(), conflicts: parked.flat() };
  return Object.values(found).every((list) => list.length === 0) ? null : found;
}

/** The dump with one more member, which import passes over. */
export function withMember(dump: string, name: string, value: unknown): string {
  const end = dump.lastIndexOf('}');
  const text = JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
  return `${dump.slice(0, end).trimEnd()},\n  ${JSON.stringify(name)}: ${text}\n}\n`;
}
