/**
 * What was sent: the request as it was written, without resolved values, response or cookies. Private to its person, so it
 * lives in the account's own workspace; without an account in the workspace at hand, where nothing is sent anywhere.
 */
import type { Device, Intent } from '@waypost/client';
import { schemas } from '@waypost/model';
import {
  type Content,
  type ElementId,
  type JsonNode,
  memberOf,
  orderBetween,
  printJson,
  stringOf,
  type WorkspaceId,
} from '@waypost/protocol';
import type { Desk } from './desk.ts';
import { NEW_REQUEST } from './new-id.ts';
import { ownWorkspace } from './own-workspace.ts';

export const HISTORY_MAX = 1_000;
/** How far it may grow beyond that before the oldest go: not with every request that is sent. */
const SLACK = 50;

export interface HistoryEntry {
  readonly id: ElementId;
  /** Its name, or the URL where it has none. */
  readonly name: string;
  readonly method: string;
  /** Null for one that another product or version made. */
  readonly at: number | null;
}

/** Null where it is nowhere to be kept: an account whose own workspace is not known here yet. */
export function historyWorkspace(desk: Desk): WorkspaceId | null {
  const own = ownWorkspace(desk.device);
  if (own !== null) return own;
  return desk.seat.account === null ? desk.bench.getState().bench.workspace : null;
}

/** Remembers a request that is being sent. `request` is what its editor shows. */
export async function recordHistory(desk: Desk, request: Content, at: number): Promise<ElementId | null> {
  const workspace = historyWorkspace(desk);
  if (workspace === null) return null;
  const { device } = desk;
  const entries = entriesIn(device, workspace);
  const id = timedId(at, crypto.getRandomValues(new Uint8Array(10)));
  const top = device.list(null, workspace);
  const { data, rows } = entryOf(request);
  const made = {
    kind: 'history-entry',
    schema: schemas('history-entry').version,
    origin: null,
    data: printJson(data),
    rows,
  };
  const order = orderBetween(top.at(-1)?.order ?? null, null, Math.random());
  await device.change([{ do: 'create', id, parent: null, order, ...made }], workspace);
  if (entries.length > HISTORY_MAX + SLACK) await forget(device, workspace, entries.slice(HISTORY_MAX - 1));
  return id;
}

/** Latest first. */
export function historyOf(desk: Desk): readonly HistoryEntry[] {
  const workspace = historyWorkspace(desk);
  return workspace === null ? [] : entriesIn(desk.device, workspace);
}

export async function clearHistory(desk: Desk): Promise<void> {
  const workspace = historyWorkspace(desk);
  if (workspace !== null) await forget(desk.device, workspace, entriesIn(desk.device, workspace));
}

export async function removeFromHistory(desk: Desk, entry: HistoryEntry): Promise<void> {
  const workspace = historyWorkspace(desk);
  if (workspace !== null) await forget(desk.device, workspace, [entry]);
}

/** For good: a trash full of history would help nobody. */
async function forget(device: Device, workspace: WorkspaceId, entries: readonly HistoryEntry[]): Promise<void> {
  const intents = entries.flatMap(({ id }): Intent[] => [
    { do: 'delete', id },
    { do: 'purge', id },
  ]);
  if (intents.length > 0) await device.change(intents, workspace);
}

function entriesIn(device: Device, workspace: WorkspaceId): HistoryEntry[] {
  return device
    .list(null, workspace)
    .filter(({ kind }) => kind === 'history-entry')
    .map(({ id, name, detail }): HistoryEntry => ({ id, name, method: detail, at: timeOf(id) }))
    .toReversed()
    .toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0));
}

/** Name and request of what is sent; scripts and examples are no part of what went out. An example is sent as its request. */
function entryOf({ data, rows }: Content): Content {
  const from = memberOf(data, 'request') === undefined ? 'originalRequest' : 'request';
  const members = [
    ['name', 'name'],
    ['request', from],
  ].flatMap(([key = '', member = '']) => {
    const value: JsonNode | undefined = memberOf(data, member);
    // What nobody named is known by its URL: a history full of new requests says nothing.
    if (value === undefined || (key === 'name' && stringOf(value) === NEW_REQUEST)) return [];
    return [{ key, keySource: JSON.stringify(key), value }];
  });
  const kept = Object.entries(rows).flatMap(([path, list]) =>
    path.startsWith(`${from}.`) ? [[`request${path.slice(from.length)}`, list] as const] : [],
  );
  return { data: { kind: 'object', members }, rows: Object.fromEntries(kept) };
}

/** A UUID of version 7, which begins with the time: entries need not be read to know when they were sent. */
export function timedId(at: number, random: Uint8Array): ElementId {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(at) << 16n);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') as ElementId;
}

function timeOf(id: ElementId): number | null {
  return id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : null;
}
