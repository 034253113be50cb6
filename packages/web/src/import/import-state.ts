/** An import under way: from files that are dropped or chosen, over what a person decides about them, to what was saved. */
import type { Device } from '@waypost/client';
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import { createStore } from 'zustand/vanilla';
import type { Desk } from '../desk/desk.ts';
import { notify } from '../design/notice.tsx';
import { messageOf } from '../design/words.ts';
import { placedBelow } from './below.ts';
import type { FromReader, ToRead } from './read-worker.ts';
import type { ReadFile, Root } from './reading.ts';
import { batchesOf, keptHere, saveBatches } from './saving.ts';

export type GoodFile = Extract<ReadFile, { readonly kind: 'read' }>;

export type Importing =
  | { readonly stage: 'none' }
  | { readonly stage: 'reading'; readonly done: number; readonly of: number }
  | { readonly stage: 'read'; readonly files: readonly ReadFile[] }
  | { readonly stage: 'saving'; readonly saved: number; readonly of: number }
  | {
      readonly stage: 'saved';
      readonly workspace: WorkspaceId;
      /** Files that could not be read. */
      readonly unread: number;
      readonly roots: readonly Root[];
      readonly keptHere: number;
    }
  /** Nothing of it is left where `roots` is empty; else what was saved before it failed. */
  | {
      readonly stage: 'failed';
      readonly message: string;
      readonly workspace: WorkspaceId;
      readonly roots: readonly Root[];
    };

export const importing = createStore<Importing>(() => ({ stage: 'none' }));

/** The collection or folder that was chosen to import into, in the tree. */
export const importTarget = createStore<{ readonly into: ElementId | null }>(() => ({ into: null }));

let worker: Worker | null = null;
let saving = new AbortController();

/** Reads files in the background. What was read before and not saved is let go. */
export function readFiles(files: readonly ToRead[]): void {
  worker?.terminate();
  const reader = new Worker(new URL('./read-worker.ts', import.meta.url), { type: 'module' });
  worker = reader;
  const read: ReadFile[] = [];
  let elements: GoodFile['elements'][number][] = [];
  importing.setState({ stage: 'reading', done: 0, of: files.length }, true);
  reader.addEventListener('message', ({ data }: MessageEvent<FromReader>) => {
    switch (data.kind) {
      case 'elements':
        for (const element of data.elements) elements.push(element);
        return;
      case 'file':
        read.push(data.file.kind === 'read' ? { ...data.file, elements } : data.file);
        elements = [];
        importing.setState({ stage: 'reading', done: read.length, of: files.length }, true);
        return;
      case 'end':
        reader.terminate();
        importing.setState({ stage: 'read', files: read }, true);
    }
  });
  reader.addEventListener('error', ({ message }) => {
    reader.terminate();
    const failed: ReadFile = {
      kind: 'failed',
      name: files[read.length]?.name ?? '',
      message: `It could not be read: ${message}`,
    };
    importing.setState({ stage: 'read', files: [...read, failed] }, true);
  });
  reader.postMessage(files);
}

export function forget(): void {
  worker?.terminate();
  importing.setState({ stage: 'none' }, true);
}

/** What was saved before is taken back; the person is told. */
export function cancelSaving(): void {
  saving.abort();
}

export interface SaveChoice {
  readonly workspace: WorkspaceId;
  /** The collection or folder in it that everything goes into; null for the top. */
  readonly into: ElementId | null;
  /** Values of variables that look like credentials stay on this device. */
  readonly credentials: 'here' | 'shared';
}

export async function saveRead(
  desk: Desk,
  files: readonly ReadFile[],
  { workspace, into, credentials }: SaveChoice,
): Promise<void> {
  const { device } = desk;
  const good = files.filter((file) => file.kind === 'read');
  const all = good.flatMap((file) => file.elements);
  const { signal } = (saving = new AbortController());
  const { elements: read, values } =
    credentials === 'here'
      ? keptHere(
          all,
          good.flatMap((file) => file.credentials),
        )
      : { elements: all, values: [] };
  const elements = into === null ? read : placedBelow(read, into);
  const kinds = new Map(elements.map(({ id, kind }) => [id, kind]));
  const roots = good.flatMap((file) => file.roots).map((root) => ({ ...root, kind: kinds.get(root.id) ?? root.kind }));
  importing.setState({ stage: 'saving', saved: 0, of: elements.length }, true);
  const batches = batchesOf(device, workspace, elements);
  const placeOf = new Map(batches.flatMap((batch) => batch.elements.map(({ id }) => [id, batch.workspace] as const)));
  try {
    // First the values that stay: what is saved without them would have lost them.
    for (const { element, key, record } of values)
      await putValue(desk, placeOf.get(element) ?? workspace, { key, value: record });
    await saveBatches(device, batches, {
      signal,
      progress: (saved) => importing.setState({ stage: 'saving', saved, of: elements.length }, true),
    });
    importTarget.setState({ into: null });
    if (signal.aborted) {
      const there = roots.filter(({ id }) => device.summary(id, placeOf.get(id)) !== null);
      await removeAgain(device, workspace, there);
      for (const { element, key } of values)
        await putValue(desk, placeOf.get(element) ?? workspace, { key, value: null });
      notify({
        text: 'Import cancelled',
        detail: there.length === 0 ? 'Nothing was saved.' : 'What was saved before was taken back: it is in the trash.',
      });
      return;
    }
    importing.setState(
      { stage: 'saved', workspace, unread: files.length - good.length, roots, keptHere: values.length },
      true,
    );
  } catch (error) {
    const message = messageOf(error);
    const there = roots.filter(({ id }) => device.summary(id, placeOf.get(id)) !== null);
    importing.setState({ stage: 'failed', message, workspace, roots: there }, true);
  }
}

/** The workspace in front shows its values at once. */
async function putValue(
  desk: Desk,
  workspace: WorkspaceId,
  write: { readonly key: string; readonly value: string | null },
): Promise<void> {
  const { bench } = desk.bench.getState();
  if (bench.workspace === workspace) await bench.variables.write([write]);
  else await desk.device.local.put(workspace, write.key, write.value);
}

/** Into the trash, from where it can come back. */
export async function removeAgain(device: Device, workspace: WorkspaceId, roots: readonly Root[]): Promise<void> {
  const places = new Map<WorkspaceId, ElementId[]>();
  for (const { id } of roots) {
    const place = device.workspaces().find((one) => device.summary(id, one.id) !== null)?.id ?? workspace;
    places.set(place, [...(places.get(place) ?? []), id]);
  }
  for (const [place, ids] of places)
    await device.change(
      ids.map((id) => ({ do: 'delete', id })),
      place,
    );
  forget();
}
