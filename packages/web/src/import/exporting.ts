/** Exporting: elements as a file of the format they are kept in, or everything of every workspace in one. */
import type { Device, ElementView } from '@waypost/client';
import { exportAll, exportPostman } from '@waypost/model';
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import { notify } from '../design/notice.tsx';
import type { Bench } from '../desk/bench.ts';
import type { Desk } from '../desk/desk.ts';
import { saveJsonFile } from '../design/save-file.ts';

/** One collection or environment as Postman reads it; several in one file that Waypost and Postman's importers read. */
export async function exportElements(bench: Bench, ids: readonly ElementId[]): Promise<void> {
  const { device, workspace } = bench;
  const trees = await Promise.all(ids.map((id) => readTree(device, workspace, id)));
  const [only] = trees;
  if (only === undefined) return;
  const [root, ...below] = only;
  if (root === undefined) return;
  const name = bench.elements.summary(root.id)?.name ?? '';
  if (trees.length > 1) saveJsonFile('waypost-export.json', exportAll(trees.flat()));
  else saveJsonFile(fileName(name, root.kind), exportPostman(root, below));
  notify({ text: trees.length > 1 ? `Exported ${trees.length} elements` : `Exported “${name}”` });
}

/** Everything of every workspace on this device. Local values are not in it: they stay. */
export async function exportEverything(desk: Desk, progress: (read: number) => void): Promise<void> {
  const { device } = desk;
  const elements: ElementView[] = [];
  for (const { id: workspace } of device.workspaces()) {
    for (const { id } of device.list(null, workspace)) {
      for await (const view of treeOf(device, workspace, id)) elements.push(view);
      progress(elements.length);
    }
  }
  const day = new Date().toISOString().slice(0, 10);
  saveJsonFile(`waypost-${day}.json`, exportAll(elements));
}

/** An element and all below it, parents first. */
export async function readTree(device: Device, workspace: WorkspaceId, id: ElementId): Promise<ElementView[]> {
  const views: ElementView[] = [];
  for await (const view of treeOf(device, workspace, id)) views.push(view);
  return views;
}

/** One after the other: the first of a page on disk brings the others along. */
async function* treeOf(device: Device, workspace: WorkspaceId, id: ElementId): AsyncIterable<ElementView> {
  const root = await device.read(id, workspace);
  if (root === null) return;
  yield root;
  for (const child of device.list(id, workspace)) yield* treeOf(device, workspace, child.id);
}

/** As Postman names its files, so that people recognise them. */
export function fileName(name: string, kind: string): string {
  const plain =
    name
      .replaceAll(/[^\p{L}\p{N} ._-]+/gu, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
      .slice(0, 80) || 'Untitled';
  return `${plain}.postman_${kind === 'environment' || kind === 'globals' ? kind : 'collection'}.json`;
}
