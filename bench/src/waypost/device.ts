/** One Waypost device as a program would open it: the engine over a SQLite store, and a WebSocket. */
import { randomUUID } from 'node:crypto';
import { type Device as WaypostDevice, type Intent, openDevice } from '@waypost/client';
import {
  createFetcher,
  createLeadership,
  createWebSocketTransport,
  type NodeFetcher,
  nodeCompression,
  openSqliteStorage,
  type SignedIn,
  systemChance,
  systemClock,
  systemScheduler,
} from '@waypost/client/node';
import { schemas } from '@waypost/model';
import {
  alignRows,
  differences,
  type Element,
  type ElementId,
  fromValue,
  type JsonText,
  memberOf,
  ordersBetween,
  parseJson,
  printJson,
  withMember,
  type WorkspaceId,
} from '@waypost/protocol';

import { now } from '../clock.ts';
import type { ClientOptions, ConnectTimes, Device } from '../contender.ts';
import { type BenchElement, type Edit, markOf, type PostmanUrl } from '../workload.ts';

/** More siblings than any workload has. */
const orders = ordersBetween(null, null, 4_000);
const connectWithinMs = 120_000;

export class WaypostBenchDevice implements Device {
  readonly #options: ClientOptions;
  readonly #signedIn: SignedIn;
  readonly #workspace: WorkspaceId;
  #open: OpenDevice | null = null;

  constructor(options: ClientOptions, signedIn: SignedIn) {
    this.#options = options;
    this.#signedIn = signedIn;
    this.#workspace = options.address.access['workspace'] as WorkspaceId;
  }

  /** Opens what is on disk, without a connection. */
  async open(): Promise<void> {
    const { address, folder, seen } = this.#options;
    const fetcher = createFetcher({ url: address.url }, this.#signedIn.token);
    const gate = Promise.withResolvers<undefined>();
    const leadership = createLeadership(`${folder}/leader`);
    const device = await openDevice({
      storage: openSqliteStorage({ folder, create: true }),
      transports: [createWebSocketTransport({ url: address.url })],
      leadership: { take: () => gate.promise.then(() => leadership.take()), release: () => leadership.release() },
      fetcher,
      compression: nodeCompression,
      clock: systemClock,
      chance: systemChance,
      scheduler: systemScheduler,
      schemas,
      me: { account: this.#signedIn.account.id, device: this.#signedIn.device.id },
      token: () => Promise.resolve(this.#signedIn.token),
    });
    device.subscribe((event) => {
      if (event.event !== 'changed' || event.workspace !== this.#workspace) return;
      void device.read(event.id, event.workspace).then((element) => {
        const mark = element === null ? null : markOf(element.data);
        if (mark !== null) seen(mark);
      });
    });
    this.#open = { device, fetcher, connect: () => gate.resolve(undefined) };
  }

  async connect(): Promise<ConnectTimes> {
    const opened = this.#opened();
    const { device } = opened;
    let treeUsableAt: number | null = null;
    const stop = device.subscribe((event) => {
      if (event.event === 'progress' && treeUsableAt === null && this.#hasTree()) treeUsableAt = now();
    });
    const startedAt = now();
    opened.connect();
    if (!(await device.whenSynced(connectWithinMs))) throw new Error(`not synced: ${device.status().detail}`);
    const completeAt = now();
    stop();
    return { startedAt, treeUsableAt, completeAt };
  }

  /** What the device holds stays on disk, and is opened again for work without a connection. */
  async disconnect(): Promise<void> {
    await this.#close();
    await this.open();
  }

  async create(elements: readonly BenchElement[]): Promise<void> {
    await this.#opened().device.change(elements.map(intentOf), this.#workspace);
  }

  async edit(edits: readonly Edit[]): Promise<void> {
    await Promise.all(edits.map((edit) => this.#edit(edit)));
  }

  async whenAcknowledged(): Promise<void> {
    if (!(await this.#opened().device.whenSynced(connectWithinMs))) throw new Error('not acknowledged in time');
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #edit({ id, url }: Edit): Promise<void> {
    const { device } = this.#opened();
    const element = await device.read(id as ElementId, this.#workspace);
    if (element === null) throw new Error(`there is no request ${id}`);
    const fields = fieldsOf(element, url);
    await device.change([{ do: 'set', id: element.id, fields }], this.#workspace);
  }

  #hasTree(): boolean {
    const { device } = this.#opened();
    return (
      device.workspaces().some(({ id }) => id === this.#workspace) && device.list(null, this.#workspace).length > 0
    );
  }

  async #close(): Promise<void> {
    const { device, fetcher } = this.#opened();
    await device.close();
    fetcher.close();
    this.#open = null;
  }

  #opened(): OpenDevice {
    if (this.#open === null) throw new Error('the device is closed');
    return this.#open;
  }
}

/** What the edit changes, group by group. Not in the method: what it works on is not kept while the save is waited for. */
function fieldsOf(element: Element, url: PostmanUrl): { group: string; value: JsonText | null }[] {
  const before = { data: parseJson(element.data), rows: element.rows };
  const request = memberOf(before.data, 'request');
  if (before.data.kind !== 'object' || request?.kind !== 'object') throw new Error(`${element.id} is no request`);
  const data = withMember(before.data, 'request', withMember(request, 'url', fromValue(url)));
  const schema = schemas(element.kind);
  const after = alignRows(schema, before, data, { id: randomUUID, chance: Math.random });
  return differences(schema, before, after).map(({ group, after: value }) => ({ group, value }));
}

interface OpenDevice {
  readonly device: WaypostDevice;
  readonly fetcher: NodeFetcher;
  connect(): void;
}

function intentOf({ id, kind, parent, position, fields }: BenchElement): Intent {
  const { name, event, ...request } = fields;
  const item = kind === 'folder' ? fields : { name, event, request };
  return {
    do: 'create',
    id: id as ElementId,
    kind,
    schema: 1,
    parent: parent as ElementId | null,
    order: orders[position] ?? 'a0',
    data: printJson(fromValue(item)),
    rows: {},
    origin: null,
  };
}
