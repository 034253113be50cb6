/**
 * A small world for tests of the live half: nodes around one database in memory, devices that do what the protocol asks
 * of them and nothing more, and a time that passes when a test says so.
 */
import {
  type AccountId,
  type Actor,
  addToSum,
  type Change,
  type ClientMessage,
  type Conflict,
  decodeClientMessage,
  decodeServerMessage,
  type Delta,
  type DeviceId,
  type Element,
  type ElementId,
  elementMetaOf,
  elementOf,
  EMPTY_SUM,
  type Epoch,
  type KindSchema,
  type Outcome,
  patchedElement,
  type ServerMessage,
  type StreamId,
  type Sum,
  unknownKind,
  WaypostError,
  type WireElement,
  type WorkspaceId,
  type WorkspaceInfo,
  type Write,
} from '@waypost/protocol';
import { type FaultHook, MemoryDatabase, type MemorySyncStore } from '../storage/memory-store.ts';
import { GroupCommitter } from './committer.ts';
import type { Conversation } from './conversation.ts';
import { createFeed } from './feed.ts';
import { createLive, type Live } from './live.ts';
import type { Authentication, Hint, Mac, Nodes, Scheduler, Wire } from './ports.ts';
import { newLife, renewEpoch } from './rollback.ts';
import type { StoredElement } from './store.ts';

export function id<Id extends string = ElementId>(n: number): Id {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}` as Id;
}

export const WORKSPACE = id<WorkspaceId>(0xaaaa);
export const ANNA = id<AccountId>(0xa);
export const BEN = id<AccountId>(0xb);

/** Everything may stand anywhere, and every member is a group. */
export const schemas = (kind: string): KindSchema => ({ ...unknownKind(kind), children: [kind] });

/** Time and waiting, moved by {@link ManualTime.pass}. */
export class ManualTime implements Scheduler {
  #now = 1_000_000;
  #waiting: { readonly at: number; readonly run: () => void }[] = [];

  now = (): number => this.#now;

  after(delayMs: number, run: () => void): () => void {
    const entry = { at: this.#now + delayMs, run };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }

  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settle();
      const next = this.#waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#waiting = this.#waiting.filter((entry) => entry !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = until;
    await settle();
  }
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export const mac: Mac = (text) => {
  let hash = 7;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) >>> 0;
  return `server-key-${hash.toString(36)}`;
};

export interface Node {
  readonly store: MemorySyncStore;
  readonly committer: GroupCommitter;
  readonly live: Live;
}

export interface NodeOptions {
  readonly alone?: boolean;
  readonly life?: string;
  readonly faults?: FaultHook;
}

export class World {
  readonly time = new ManualTime();
  readonly database = new MemoryDatabase();
  readonly failures: unknown[] = [];
  readonly signedOut = new Map<DeviceId, boolean>();
  /** Set to lose hints between nodes. */
  hintsAreLost = false;
  /** Set to have nobody's memberships read. */
  accountsFail = false;
  readonly #listeners: ((hint: Hint) => void)[] = [];
  #bytes = 0;
  #ids = 0x1000;

  constructor() {
    this.database.addWorkspace(WORKSPACE, 'first' as Epoch);
    for (const account of [ANNA, BEN]) this.database.setMember(WORKSPACE, account, 'editor');
  }

  freshId<Id extends string = ElementId>(): Id {
    this.#ids += 1;
    return id<Id>(this.#ids);
  }

  readonly chance = {
    bytes: (count: number): Uint8Array => {
      this.#bytes += 1;
      return Uint8Array.from({ length: count }, (_, at) => (this.#bytes >> (8 * (at % 4))) & 0xff);
    },
  };

  /** A server, alone or one of several. */
  node({ alone = true, life = newLife(this.chance), faults }: NodeOptions = {}): Node {
    const store = this.database.connect(faults);
    const { time, chance } = this;
    const failed = (error: unknown): void => void this.failures.push(error);
    const committer = new GroupCommitter({
      ...{ store, schemas, mac, life, now: time.now, newId: () => this.freshId() },
      recovered: { kind: 'folder', schema: 0, data: '{"name":"Recovered"}' },
    });
    const feed = createFeed({
      ...{ store, schemas, mac },
      renew: (workspace, position) => renewEpoch({ store, mac, chance, life }, workspace, position),
    });
    const live = createLive({
      ...{ committer, feed, clock: time, scheduler: time, failed },
      nodes: alone ? null : this.#nodes(),
      acknowledger: { note: (_, { workspace, stream, upTo }) => void store.forgetOutcomes(workspace, stream, upTo) },
      accounts: {
        authenticate: async (token) => this.#authenticate(token),
        seen: () => undefined,
        arrived: () => undefined,
        workspaces: async (account) => {
          if (this.accountsFail) throw new WaypostError('storage-failed');
          return this.workspacesOf(account);
        },
      },
    });
    committer.onCommit((news) => live.hub.committed(news));
    return { store, committer, live };
  }

  workspacesOf(account: AccountId): WorkspaceInfo[] {
    const isMember = this.database.content.members.has(`${WORKSPACE} ${account}`);
    return isMember ? [{ id: WORKSPACE, name: 'Work', kind: 'team', role: 'editor' }] : [];
  }

  device(account: AccountId = ANNA): TestDevice {
    const device = this.freshId<DeviceId>();
    this.database.setDevice(device, { account, email: 'someone@example.org', name: 'Device', active: true });
    return new TestDevice(this, { account, device });
  }

  /** As the database has it. */
  async elements(): Promise<Map<ElementId, StoredElement>> {
    const all = await this.database.connect().read(WORKSPACE, (reader) => reader.elementsAfter(null, 1_000_000));
    return new Map(all.map((element) => [element.id, element]));
  }

  #authenticate(token: string): Authentication {
    const device = token as DeviceId;
    const known = this.database.content.devices.get(device);
    if (known === undefined || !known.active) return { kind: 'signed-out', erase: this.signedOut.get(device) ?? false };
    return { kind: 'known', actor: { account: known.account, device }, email: known.email, deviceName: known.name };
  }

  #nodes(): Nodes {
    return {
      tell: (hint) => {
        if (this.hintsAreLost) return;
        for (const listener of this.#listeners) this.time.after(3, () => listener(hint));
      },
      listen: (receive) => void this.#listeners.push(receive),
      heads: async (workspaces) => {
        const heads = new Map<WorkspaceId, { epoch: Epoch; head: number }>();
        for (const workspace of workspaces) {
          const row = await this.database.connect().read(workspace, (reader) => reader.workspace());
          if (row !== null) heads.set(workspace, row);
        }
        return heads;
      },
      signedOut: async (devices) =>
        devices
          .filter((device) => this.database.content.devices.get(device)?.active === false)
          .map((device) => ({ device, erase: false })),
      memberships: async (accounts) => new Map(accounts.map((account) => [account, this.workspacesOf(account)])),
    };
  }
}

/** A device that keeps what it is told and checks that it makes sense. */
export class TestDevice implements Wire {
  readonly actor: Actor;
  readonly heard: ServerMessage[] = [];
  readonly texts: string[] = [];
  stream: StreamId;
  epoch: Epoch | null = null;
  life: string | null = null;
  cursor = 0;
  have = 0;
  elements = new Map<ElementId, Element>();
  outcomes = new Map<number, Outcome | 'applied'>();
  conflicts = new Map<string, Conflict>();
  /** Told to take a snapshot, and nothing came inline. */
  reset: Extract<ServerMessage, { type: 'reset' }> | null = null;
  closedBy: string | null = null;
  /** What a slow connection still has to send. */
  buffered = 0;
  sent = 0;
  readonly #world: World;
  #staged: Delta[] = [];
  #conversation: Conversation | null = null;

  constructor(world: World, actor: Actor) {
    this.#world = world;
    this.actor = actor;
    this.stream = world.freshId<StreamId>();
  }

  get deltas(): Delta[] {
    return this.heard.filter((message) => message.type === 'delta');
  }

  connect(node: Node): void {
    this.closedBy = null;
    this.#staged = [];
    this.#conversation = node.live.open(this);
    this.say({
      ...{ type: 'hello', protocol: { min: 1, max: 1 }, token: this.actor.device, pending: 0 },
      positions: [this.position],
    });
  }

  disconnect(): void {
    this.#conversation?.closed();
    this.#conversation = null;
    this.#staged = [];
  }

  say(message: ClientMessage): void {
    const wire = decodeClientMessage(JSON.stringify(message));
    if (wire === 'ignored') throw new Error('not a message');
    void this.#conversation?.handle(wire);
  }

  get position(): Extract<ClientMessage, { type: 'follow' }>['position'] {
    const { epoch, life, cursor, stream, have } = this;
    return { workspace: WORKSPACE, epoch, life, cursor, stream, have };
  }

  /** Pushes one change. */
  push(...writes: Write[]): void {
    this.pushChanges([{ n: this.sent + 1, writes }]);
  }

  pushChanges(changes: Change[]): void {
    this.sent = Math.max(this.sent, ...changes.map(({ n }) => n));
    this.say({
      ...{ type: 'push', workspace: WORKSPACE, epoch: this.epoch ?? ('' as Epoch), stream: this.stream },
      changes: JSON.parse(JSON.stringify(changes)) as Extract<ClientMessage, { type: 'push' }>['changes'],
    });
  }

  create(data: object, parent: ElementId | null = null): ElementId {
    const element = this.#world.freshId();
    this.push(creation(element, data, parent));
    return element;
  }

  /** Sets members over what this device holds. */
  set(element: ElementId, members: Record<string, unknown>): void {
    const held = this.elements.get(element);
    const before = held === undefined ? {} : (JSON.parse(held.data) as Record<string, unknown>);
    this.push({
      op: 'set',
      id: element,
      schema: 0,
      fields: Object.entries(members).map(([group, value]) => ({
        group,
        base: {
          revision: held?.stamps[group]?.revision ?? held?.created.revision ?? 0,
          value: { text: before[group] === undefined ? null : JSON.stringify(before[group]) },
        },
        value: JSON.stringify(value),
      })),
    });
  }

  deliver({ text }: { readonly text: string }): void {
    this.texts.push(text);
    const message = decodeServerMessage(text);
    if (message === 'ignored') throw new Error(`unknown message ${text}`);
    this.heard.push(message);
    if (message.type === 'delta') this.#stage(message);
    if (message.type === 'reset') {
      this.reset = message;
      this.#staged = [];
    }
  }

  bufferedBytes(): number {
    return this.buffered;
  }

  close(code: string): void {
    this.closedBy = code;
  }

  /** What a snapshot would bring. */
  async takeSnapshot(): Promise<void> {
    await this.#world.database.connect().read(WORKSPACE, async (reader) => {
      const row = await reader.workspace();
      const all = await reader.elementsAfter(null, 1_000_000);
      this.epoch = row?.epoch ?? null;
      this.cursor = row?.head ?? 0;
      this.elements = new Map(all.map((element) => [element.id, withoutShape(element)]));
    });
    this.reset = null;
  }

  #stage(delta: Delta): void {
    const inlineStart = this.reset !== null && delta.from === 0 && this.#staged.length === 0;
    const from = this.#staged.at(-1)?.to ?? (inlineStart ? 0 : this.cursor);
    if (delta.from !== from) throw new Error(`a delta from ${delta.from} to ${delta.to} came at ${from}`);
    if (delta.to < delta.from) throw new Error('a delta goes back');
    this.#staged.push(delta);
    if (delta.more) return;
    const pages = this.#staged;
    this.#staged = [];
    this.#apply(pages, this.reset !== null);
    this.reset = null;
  }

  #apply(pages: readonly Delta[], fromNothing: boolean): void {
    const elements = new Map(fromNothing ? [] : this.elements);
    for (const page of pages) {
      for (const wire of page.elements) {
        elements.set(wire.id, this.#resolved(wire, elements));
        const missing = wire.parent !== null && !elements.has(wire.parent);
        // Across pages a parent may come later; inside one it may not.
        if (missing && page.elements.some((other) => other.id === wire.parent))
          throw new Error('a child before its parent');
      }
      for (const [gone] of page.gone) elements.delete(gone);
      const { settled, conflicts } = page.own;
      for (const conflict of conflicts) this.conflicts.set(conflict.id, conflict);
      if (settled === null || settled.stream !== this.stream) continue;
      for (let n = this.have + 1; n <= settled.upTo; n += 1) this.outcomes.set(n, 'applied');
      for (const { n, outcome } of settled.outcomes) if (n > this.have) this.outcomes.set(n, outcome);
      this.have = Math.max(this.have, settled.upTo);
    }
    const last = pages.at(-1) as Delta;
    if (last.sum === null || JSON.stringify(sumOf(elements)) !== JSON.stringify(last.sum))
      throw new Error('the sum differs');
    this.elements = elements;
    this.epoch = last.epoch;
    this.life = last.life;
    this.cursor = last.to;
  }

  #resolved(wire: WireElement, elements: ReadonlyMap<ElementId, Element>): Element {
    if ('data' in wire) return elementOf(wire);
    if ('bytes' in wire) return { ...elementMetaOf(wire), data: `fetched ${wire.bytes}`, rows: {}, origin: null };
    const held = elements.get(wire.id);
    if (held === undefined) throw new Error('a change of something this device does not hold');
    const patched = patchedElement(schemas(wire.kind), held, wire);
    if (patched === null) throw new Error('changed groups do not lead to what they should');
    return patched;
  }
}

export function creation(element: ElementId, data: object, parent: ElementId | null = null): Write {
  return {
    ...{ op: 'create', id: element, kind: 'note', schema: 0, parent, order: 'a0' },
    ...{ data: JSON.stringify(data), rows: {}, origin: null },
  };
}

export function withoutShape({ gone: _gone, shape: _shape, ...element }: StoredElement): Element {
  return element;
}

function sumOf(elements: ReadonlyMap<ElementId, Element>): Sum {
  let sum = EMPTY_SUM;
  for (const { id: element, revision } of elements.values()) sum = addToSum(sum, element, revision);
  return sum;
}
