/** For tests: a workspace on a disk in memory, without a server. */
import { type Intent, openDevice } from '@waypost/client';
import { MemoryDisk } from '@waypost/client/memory';
import { type Kind, newElementData, schemas } from '@waypost/model';
import { type ElementId, orderBetween, printJson, type WorkspaceId, type WorkspaceInfo } from '@waypost/protocol';
import type { Bench } from './bench.ts';
import { Desk } from './desk.ts';
import { newElementId, newId } from './new-id.ts';

const unreachable = (): Promise<never> => Promise.reject(new Error('There is no server here.'));

export async function openTestDesk(names: readonly string[] = ['Mine']): Promise<Desk> {
  const disk = new MemoryDisk();
  const workspaces = names.map(
    (name): WorkspaceInfo => ({ id: newId() as WorkspaceId, name, kind: 'personal', role: 'administrator' }),
  );
  await disk
    .open()
    .commit(
      { writes: [{ to: 'state', workspace: 'device', key: 'workspaces', value: JSON.stringify(workspaces) }] },
      'strict',
    );
  const me = { account: newId(), device: newId() } as Parameters<typeof openDevice>[0]['me'];
  const device = await openDevice({
    ...{ storage: disk.open(), schemas, me, leadership: disk.leadership(), transports: [], token: unreachable },
    clock: { now: () => 0 },
    chance: { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)), number: () => Math.random() },
    scheduler: {
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    fetcher: { get: unreachable, post: unreachable },
    compression: { gunzip: unreachable, gzip: unreachable, sha256: unreachable },
  });
  return Desk.open({ device, me, account: null, server: null, token: async () => null, key: newId() }, (error) => {
    throw error;
  });
}

export async function openTestBench(): Promise<{ readonly bench: Bench; readonly close: () => Promise<void> }> {
  const desk = await openTestDesk();
  return { bench: desk.bench.getState().bench, close: () => desk.close() };
}

/** What stands in a workspace, as nested names; `{}` is one with nothing below it. */
export interface Outline {
  readonly [name: string]: Outline;
}

/** Makes what an outline says, kinds by their marks: `Name/` is a collection or folder, `Name` a request, `=Name` an example. */
export async function plant(
  bench: Bench,
  outline: Outline,
  parent: ElementId | null = null,
): Promise<Map<string, ElementId>> {
  const ids = new Map<string, ElementId>();
  const intents: Intent[] = [];
  const visit = (entries: Outline, above: ElementId | null): void => {
    let order: string | null = null;
    for (const [mark, below] of Object.entries(entries)) {
      const id = newElementId();
      const kind = kindOf(mark, above);
      const name = mark.replaceAll(/^=|\/$/g, '');
      order = orderBetween(order, null, null);
      const data = printJson(newElementData(kind, { name }));
      const made = { kind, schema: schemas(kind).version, parent: above, order, data, rows: {}, origin: null };
      intents.push({ do: 'create', id, ...made });
      ids.set(name, id);
      visit(below, id);
    }
  };
  visit(outline, parent);
  await bench.device.change(intents, bench.workspace);
  await settled();
  return ids;
}

export function outlineOf(bench: Bench, parent: ElementId | null = null): Outline {
  return Object.fromEntries(bench.elements.list(parent).map(({ id, name }) => [name, outlineOf(bench, id)]));
}

/** Until what the last change told is taken in. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
}

function kindOf(mark: string, above: ElementId | null): Kind {
  if (mark.startsWith('=')) return 'example';
  if (!mark.endsWith('/')) return 'request';
  return above === null ? 'collection' : 'folder';
}
