/** Stories about devices of one person: who is there, what they do, what becomes of it. */
import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { AccountId, Actor, Change, DeviceId, ElementId, FieldWrite, Outcome } from '@waypost/protocol';
import type { ChangeReceipt, Device, DeviceEvent, ElementSummary, Intent } from '../engine/device.ts';
import { openDevice } from '../engine/open.ts';
import type { Chance, Compression, Leadership, Transport } from '../engine/ports.ts';
import { type DiskFaults, MemoryDisk, type MemoryStorage } from '../memory/memory-disk.ts';
import { schemas } from './kinds.ts';
import { id, LittleServer } from './little-server.ts';
import { VirtualTime } from './virtual-time.ts';

export const compression: Compression = {
  gunzip: async (bytes, inflatedBytesMax) => gunzipSync(bytes, { maxOutputLength: inflatedBytesMax }),
  gzip: async (bytes) => gzipSync(bytes),
  sha256: async (bytes) => createHash('sha256').update(bytes).digest('hex'),
};

/** The same draws every time. */
export function steadyChance(seed: number): Chance {
  let state = seed >>> 0 || 1;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { number: next, bytes: (count) => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)) };
}

export function elementNamed(name: string): ElementId {
  return id(name) as ElementId;
}

export function actorNamed(name: string): Actor {
  return { account: id('us') as AccountId, device: id(name) as DeviceId };
}

export class Story {
  readonly time = new VirtualTime();
  readonly server = new LittleServer();
  readonly #devices: TestDevice[] = [];

  async device(name: string, options: TabOptions = {}): Promise<TestDevice> {
    const device = new TestDevice(this, name);
    this.#devices.push(device);
    await device.start(options);
    return device;
  }

  /** Until everything has arrived where it can. */
  async settle(ms = 1_000): Promise<void> {
    await this.time.pass(ms);
  }

  async end(): Promise<void> {
    for (const device of this.#devices) await device.stop();
  }
}

export interface TabOptions {
  readonly transports?: readonly Transport['name'][];
  readonly faults?: DiskFaults;
  /** Leads whoever else does, as where there are no locks. */
  readonly leads?: true;
  readonly leadership?: Leadership;
}

const LEADS_ALWAYS: Leadership = { take: async () => true, release: async () => undefined };

/** One device with its disk, and one tab of it that is open. */
export class TestDevice {
  readonly story: Story;
  readonly actor: Actor;
  readonly disk = new MemoryDisk();
  readonly events: DeviceEvent[] = [];
  #device: Device | null = null;
  #storage: MemoryStorage | null = null;
  #tabs = 0;

  constructor(story: Story, name: string) {
    this.story = story;
    this.actor = actorNamed(name);
  }

  get device(): Device {
    if (this.#device === null) throw new Error('This device is not open.');
    return this.#device;
  }

  async start(options: TabOptions = {}): Promise<void> {
    const { device, storage } = await this.tab(options);
    this.#device = device;
    this.#storage = storage;
    device.subscribe((event) => this.events.push(event));
    await this.story.settle(options.transports?.length === 0 ? 0 : 1_000);
  }

  /** One more tab or process on the same disk. */
  async tab({
    transports = ['websocket'],
    faults = {},
    leads,
    leadership = leads === true ? LEADS_ALWAYS : this.disk.leadership(),
  }: TabOptions = {}): Promise<{ device: Device; storage: MemoryStorage }> {
    this.#tabs += 1;
    const { time, server } = this.story;
    const storage = this.disk.open(faults);
    const device = await openDevice({
      ...{ storage, clock: time, scheduler: time, compression, schemas, me: this.actor },
      chance: steadyChance(this.#tabs * 7_919 + this.actor.device.charCodeAt(0)),
      leadership,
      transports: transports.map((name) => server.transport(this.actor, name)),
      fetcher: server.fetcher(),
      token: async () => 'token',
    });
    return { device, storage };
  }

  async stop(): Promise<void> {
    const device = this.#device;
    this.#device = null;
    await device?.close();
  }

  /** The power fails: nothing that was not on the disk for good survives. */
  cutPower(): void {
    this.disk.cutPower();
    this.#device = null;
  }

  get storage(): MemoryStorage {
    if (this.#storage === null) throw new Error('This device is not open.');
    return this.#storage;
  }

  // ---- What its person does

  does(...intents: Intent[]): Promise<ChangeReceipt> {
    return this.device.change(intents);
  }

  creates(
    name: string,
    more: { readonly below?: string; readonly order?: string; readonly data?: Record<string, unknown> } = {},
  ): Promise<ChangeReceipt> {
    return this.does(creating(name, more));
  }

  sets(
    name: string,
    group: string,
    value: unknown,
    base?: { readonly value: unknown; readonly revision: number },
  ): Promise<ChangeReceipt> {
    const field = { group, value: JSON.stringify(value) };
    const given = base === undefined ? {} : { base: { value: JSON.stringify(base.value), revision: base.revision } };
    return this.does({ do: 'set', id: elementNamed(name), fields: [{ ...field, ...given }] });
  }

  async outcome(receipt: ChangeReceipt): Promise<Outcome | null> {
    const settled = this.device.outcome(receipt, 5_000);
    await this.story.settle();
    return (await settled)?.outcome ?? null;
  }

  // ---- What its person sees

  async value(name: string, group: string): Promise<unknown> {
    const seen = await this.device.read(elementNamed(name));
    if (seen === null) return undefined;
    return (JSON.parse(seen.data) as Record<string, unknown>)[group];
  }

  tree(parent: ElementId | null = null): Tree {
    return Object.fromEntries(this.device.list(parent).map((line) => [line.name, this.tree(line.id)]));
  }

  line(name: string): ElementSummary | null {
    return this.device.summary(elementNamed(name));
  }
}

export interface Tree {
  readonly [name: string]: Tree;
}

export function creating(
  name: string,
  {
    below,
    order = 'a0',
    data = {},
  }: { readonly below?: string; readonly order?: string; readonly data?: Record<string, unknown> } = {},
): Extract<Intent, { do: 'create' }> {
  const parent = below === undefined ? null : elementNamed(below);
  return {
    do: 'create',
    id: elementNamed(name),
    kind: 'note',
    schema: 1,
    parent,
    order,
    data: JSON.stringify({ name, ...data }),
    rows: {},
    origin: null,
  };
}

/** The writes of another device of the same person. */
export function set(name: string, group: string, value: unknown, base: FieldWrite['base']): Change['writes'] {
  return [{ op: 'set', id: elementNamed(name), schema: 1, fields: [{ group, value: JSON.stringify(value), base }] }];
}

export function based(revision: number, value: unknown): FieldWrite['base'] {
  return { revision, value: { text: value === undefined ? null : JSON.stringify(value) } };
}
