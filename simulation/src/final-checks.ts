/** What must hold when everything works again and nothing more happens. */
import type { Device, ElementView } from '@waypost/client';
import type { AccountId, ElementId, WorkspaceId } from '@waypost/protocol';
import type { MemoryDatabase } from '@waypost/server/memory';
import type { StoredElement } from '@waypost/server/sync';
import type { Directory } from './directory.ts';
import { type Ledger, marksIn } from './ledger.ts';
import type { Machine, Tab } from './machine.ts';
import { walk } from './people.ts';
import { marksInDatabase, type ServerWatch } from './server-watch.ts';
import type { World } from './world.ts';

export interface Finished {
  readonly world: World;
  readonly database: MemoryDatabase;
  readonly directory: Directory;
  readonly ledger: Ledger;
  readonly machines: readonly Machine[];
  readonly watch: ServerWatch;
}

const ALL = Number.MAX_SAFE_INTEGER;

export async function checkAtTheEnd(finished: Finished): Promise<void> {
  const { database, directory, machines, watch } = finished;
  for (const { id } of directory.workspaces) {
    const workspace = database.content.workspaces.get(id);
    if (workspace === undefined) continue;
    watch.checkSum(workspace);
    const there = workspace.elementsAfter(null, ALL);
    for (const machine of machines) {
      if (directory.role(id, machine.entry.account) === null || !directory.isActive(machine.entry)) continue;
      for (const tab of machine.usable) await checkReplica(finished, { machine, tab, workspace: id, there });
    }
  }
  await checkNothingIsLost(finished);
  checkOutcomesAreFreed(finished);
}

interface Compared {
  readonly machine: Machine;
  readonly tab: Tab;
  readonly workspace: WorkspaceId;
  readonly there: readonly StoredElement[];
}

/** [I1] What every device shows is what the server has, to the letter. */
async function checkReplica(finished: Finished, { machine, tab, workspace, there }: Compared): Promise<void> {
  const device = tab.device as Device;
  const differs = (message: string): void =>
    finished.world.violated('I1', `${tab.party.name} in ${workspace}: ${message}`);
  const shown = walk(device, workspace);
  const byId = new Map(there.map((element) => [element.id, element]));
  const alive = there.filter((element) => isAlive(byId, element));
  if (shown.length !== alive.length) {
    const ids = new Set(shown.map(({ id }) => id));
    const missing = alive.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
    const extra = shown.filter(({ id }) => !alive.some((element) => element.id === id)).map(({ id }) => id);
    return differs(
      `it shows ${shown.length} elements and there are ${alive.length}; missing ${missing.join(' ')}, too many ${extra.join(' ')}`,
    );
  }
  for (const element of alive) {
    const view = await device.read(element.id, workspace);
    if (view === null) return differs(`${element.id} cannot be read`);
    const difference = differenceOf(view, element);
    if (difference !== null) return differs(`${element.id} ${difference}`);
  }
  checkTrash(device, workspace, there, differs);
  await checkConflicts(finished, device, machine.entry.account, workspace, differs);
}

function differenceOf(view: ElementView, element: StoredElement): string | null {
  const compared = ['kind', 'schema', 'parent', 'order', 'revision', 'data', 'origin'] as const;
  for (const name of compared) {
    if (view[name] !== element[name]) return `has ${name} ${String(view[name])}, and it is ${String(element[name])}`;
  }
  if (view.state !== 'synced' && view.state !== 'conflict') return `is "${view.state}" although nothing waits`;
  for (const name of ['rows', 'stamps', 'created'] as const) {
    const [here, there] = [sorted(view[name]), sorted(element[name])];
    if (here !== there) return `has ${name} ${here}, and they are ${there}`;
  }
  return null;
}

function sorted(value: object): string {
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function checkTrash(
  device: Device,
  workspace: WorkspaceId,
  there: readonly StoredElement[],
  differs: (message: string) => void,
): void {
  const byId = new Map(there.map((element) => [element.id, element]));
  const roots = there.filter(
    (element) => element.trashed !== null && (element.parent === null || isAlive(byId, byId.get(element.parent))),
  );
  const shown = new Set(device.trash(workspace).map(({ id }) => id));
  const wrong = roots.filter(({ id }) => !shown.has(id)).map(({ id }) => id);
  if (wrong.length > 0 || shown.size !== roots.length)
    differs(`its trash shows ${[...shown].join(' ')}, and there is ${roots.map(({ id }) => id).join(' ')}`);
}

/** [I1] [I13] Conflicts are the same on every device of the account, and wait without holding anything up. */
async function checkConflicts(
  { database }: Finished,
  device: Device,
  account: AccountId,
  workspace: WorkspaceId,
  differs: (message: string) => void,
): Promise<void> {
  const open = (database.content.workspaces.get(workspace)?.conflictsAbove(account, -1) ?? []).filter(
    ({ closed }) => closed === null,
  );
  const shown = new Set((await device.conflicts(workspace)).map(({ id }) => id));
  const missing = open.filter(({ id }) => !shown.has(id));
  if (missing.length > 0 || shown.size !== open.length) {
    differs(`it shows the conflicts ${[...shown].join(' ')}, and open are ${open.map(({ id }) => id).join(' ')}`);
  }
}

/** [I4] Every value that somebody typed and that was saved is somewhere, and [I17] also what only a newer client knows. */
async function checkNothingIsLost({ world, database, directory, ledger, machines }: Finished): Promise<void> {
  const found = marksInDatabase(database.content, ledger.elements);
  for (const machine of machines) {
    for (const { device } of machine.usable.slice(0, 1)) {
      if (device === null) continue;
      for (const { id } of device.workspaces()) for (const { writes } of device.refused(id)) marksIn(writes, found);
    }
  }
  ledger.excuseSucceeded(found);
  for (const { mark, device, workspace, element, saved, excuse, future } of ledger.typed) {
    if (!saved || excuse !== null || found.has(mark)) continue;
    const author = machines.find(({ entry }) => entry.id === device);
    // Who was put out before it was sent keeps it, until they decide what becomes of it.
    const isOut = author !== undefined && directory.role(workspace, author.entry.account) === null;
    if (isOut && author.disk.mentions(`<${mark}>`)) continue;
    world.violated(
      future ? 'I17' : 'I4',
      `What ${device} typed as <${mark}> into ${element} was saved and is nowhere any more.`,
    );
    return;
  }
}

/** [I15] Outcomes are forgotten once the device says that it has them. */
function checkOutcomesAreFreed({ world, database, watch }: Finished): void {
  for (const [id, workspace] of database.content.workspaces) {
    for (const stream of watch.streams) {
      const kept = workspace.outcomesAbove(stream, 0).length;
      if (kept > OUTCOMES_KEPT_MAX)
        world.violated('I15', `${kept} outcomes of the stream ${stream} in ${id} are still kept.`);
    }
  }
}

/** Far more than the outcomes of one run that nobody has acknowledged yet. */
const OUTCOMES_KEPT_MAX = 400;

function isAlive(byId: ReadonlyMap<ElementId, StoredElement>, element: StoredElement | undefined): boolean {
  for (let at = element; at !== undefined; at = at.parent === null ? undefined : byId.get(at.parent)) {
    if (at.trashed !== null) return false;
    if (at.parent === null) return true;
  }
  return false;
}
