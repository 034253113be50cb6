/**
 * The way between a device and the servers. A socket keeps order, so what it loses it loses for good: the connection dies
 * there, or goes on in one direction only. Requests over HTTP may also arrive twice, or in another order.
 */
import type { CloseReason, Connection, ConnectionHandlers, Transport } from '@waypost/client';
import {
  type ClientMessage,
  decodeClientMessage,
  decodeServerMessage,
  encodeMessage,
  type ErrorCode,
  FRAME_BYTES_MAX,
  WaypostError,
} from '@waypost/protocol';
import type { Frame, Wire } from '@waypost/server/sync';
import type { RequestRoad } from './content-requests.ts';
import type { Party } from './party.ts';
import type { Fault } from './plan.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** A server as the network reaches it. */
export interface ServerEdge {
  readonly party: Party;
  open(wire: Wire): ServerConversation;
}

export interface ServerConversation {
  receive(message: ClientMessage): void;
  closed(): void;
}

/** Who watches everything that crosses the wire. */
export interface WireTap {
  toServer(device: string, text: string): void;
  toDevice(device: string, text: string): void;
}

export interface NetworkOptions {
  readonly world: World;
  readonly random: Random;
  readonly faults: ReadonlySet<Fault>;
  readonly servers: () => readonly ServerEdge[];
  readonly tap: WireTap;
}

/** How often each thing happens to a message, while it may. */
export interface NetworkRates {
  readonly loss: number;
  readonly duplicate: number;
  readonly stall: number;
  readonly stallMs: number;
  readonly garbage: number;
}

const HEALTHY: NetworkRates = { loss: 0, duplicate: 0, stall: 0, stallMs: 0, garbage: 0 };
const CONNECT_TIMEOUT_MS = 10_000;
/** When a server notices that nobody answers its pings. */
const SERVER_NOTICES_MS = 50_000;

export class Network {
  readonly options: NetworkOptions;
  readonly #links = new Map<string, Link>();
  #rates: NetworkRates;

  constructor(options: NetworkOptions) {
    this.options = options;
    const { random, faults } = options;
    this.#rates = {
      loss: faults.has('loss') ? random.of([0.01, 0.05, 0.15, 0.3]) : 0,
      duplicate: faults.has('duplicate') ? random.of([0.05, 0.2, 0.5]) : 0,
      stall: faults.has('delay') ? random.of([0.02, 0.1, 0.3]) : 0,
      stallMs: random.of([200, 3_000, 40_000, 2 * 3_600_000]),
      garbage: faults.has('garbage') ? 0.01 : 0,
    };
  }

  get rates(): NetworkRates {
    return this.#rates;
  }

  link(name: string): Link {
    const known = this.#links.get(name);
    if (known !== undefined) return known;
    const link = new Link(name, this);
    this.#links.set(name, link);
    return link;
  }

  /** From now on everything arrives, once, in order and soon. Connections that hang stay hanging. */
  heal(): void {
    this.#rates = HEALTHY;
    for (const link of this.#links.values()) link.heal();
  }

  /** Every connection to a server that died. */
  serverDied(party: Party): void {
    for (const link of this.#links.values())
      for (const connection of link.connections) if (connection.server === party) connection.reset();
  }
}

/** One device's way. */
export class Link {
  readonly name: string;
  readonly network: Network;
  readonly connections = new Set<SimulatedConnection>();
  offline = false;
  /** One-way partitions: messages in that direction vanish. */
  toServerCut = false;
  toDeviceCut = false;
  /** Bytes a second the device reads; null: all at once. */
  slowBytes: number | null = null;
  socketsBlocked = false;

  constructor(name: string, network: Network) {
    this.name = name;
    this.network = network;
  }

  transport(party: Party, name: Transport['name']): Transport {
    return {
      name,
      connect: (handlers) => {
        const connection = new SimulatedConnection(this, party, name, handlers);
        this.connections.add(connection);
        return connection;
      },
    };
  }

  /** One request and its answer, either of which may be lost. */
  road(party: Party): RequestRoad {
    const { world, random } = this.network.options;
    const unreachable = (): boolean =>
      this.offline ||
      this.toServerCut ||
      this.toDeviceCut ||
      random.happens(this.network.rates.loss) ||
      !this.network.options.servers().some((server) => server.party.alive);
    return {
      request: async (work) => {
        const lost = unreachable();
        world.trace(this.name, lost ? 'request lost' : 'request');
        await party.wait(1 + random.number() * (lost ? 3_000 : 20), () => undefined);
        if (lost) throw new WaypostError('offline', 'The server did not answer.');
        const answer = await work();
        await party.wait(1 + random.number() * 20, () => undefined);
        return answer;
      },
    };
  }

  goOffline(): void {
    this.offline = true;
    for (const connection of [...this.connections]) connection.reset();
  }

  /** Existing connections send into nothing, or receive nothing, without a sign. */
  halfOpen(direction: 'to-server' | 'to-device' | 'both'): void {
    for (const connection of this.connections) connection.cut(direction);
  }

  heal(): void {
    this.offline = false;
    this.toServerCut = false;
    this.toDeviceCut = false;
    this.slowBytes = null;
  }
}

/** What the device reads from in one step, as if a megabyte took as long as it does on a bad line. */
const SLOW_SCALE = 400;

export class SimulatedConnection implements Connection {
  readonly #link: Link;
  readonly #world: World;
  readonly #random: Random;
  readonly #party: Party;
  readonly #name: Transport['name'];
  readonly #handlers: ConnectionHandlers;
  #server: ServerEdge | null = null;
  #conversation: ServerConversation | null = null;
  #deviceOpen = true;
  #serverOpen = false;
  #toServerCut = false;
  #toDeviceCut = false;
  #toServerAt = 0;
  #toDeviceAt = 0;
  #unreadBytes = 0;
  /** What was unread when the current event began: what a sender could have known. */
  #knownUnread = 0;
  #knownAt = -1;

  constructor(link: Link, party: Party, name: Transport['name'], handlers: ConnectionHandlers) {
    const { world, random } = link.network.options;
    this.#link = link;
    this.#world = world;
    this.#random = random;
    this.#party = party;
    this.#name = name;
    this.#handlers = handlers;
    party.onDeath(() => this.reset());
    this.#connect();
  }

  get server(): Party | null {
    return this.#server?.party ?? null;
  }

  send(message: ClientMessage): void {
    if (!this.#deviceOpen) return;
    const text = encodeMessage(message);
    this.#link.network.options.tap.toServer(this.#link.name, text);
    const { rates } = this.#link.network;
    if (this.#link.toServerCut) this.#toServerCut = true;
    if (this.#lost('to-server')) return;
    const over = this.#name === 'http' && message.type !== 'hello';
    this.#arriveAtServer(text, over && this.#random.happens(0.2) ? this.#random.below(80) : 0);
    if (over && this.#random.happens(rates.duplicate)) this.#arriveAtServer(text, this.#random.below(3_000));
  }

  bufferedBytes(): number {
    return 0;
  }

  close(): void {
    if (!this.#deviceOpen) return;
    this.#deviceOpen = false;
    this.#link.connections.delete(this);
    this.#world.after(this.#latency(), () => this.#serverLearns());
  }

  /** The connection breaks and both sides learn of it, each in its time. */
  reset(): void {
    this.cut('both');
    this.#link.connections.delete(this);
    this.#world.after(this.#random.below(40), () =>
      this.#deviceLearns({ code: 'offline', detail: 'The connection broke.' }),
    );
    this.#world.after(this.#random.below(1_000), () => this.#serverLearns());
  }

  /** Nobody learns of it: what is sent is gone. */
  cut(direction: 'to-server' | 'to-device' | 'both'): void {
    if (direction !== 'to-device') this.#toServerCut = true;
    if (direction !== 'to-server') this.#toDeviceCut = true;
    this.#world.after(SERVER_NOTICES_MS, () => this.#serverLearns());
  }

  #connect(): void {
    const link = this.#link;
    const blocked = this.#name === 'websocket' && link.socketsBlocked;
    if (link.toServerCut || link.toDeviceCut) {
      this.#world.after(CONNECT_TIMEOUT_MS, () =>
        this.#deviceLearns({ code: 'offline', detail: 'The server did not answer.' }),
      );
      return;
    }
    this.#world.after(this.#latency(), () => {
      const alive = link.network.options.servers().filter(({ party }) => party.alive);
      if (link.offline || blocked || alive.length === 0 || !this.#deviceOpen) {
        this.#deviceLearns({ code: 'offline', detail: 'The server cannot be reached.' });
        return;
      }
      this.#server = this.#random.of(alive);
      this.#serverOpen = true;
      this.#conversation = this.#server.open(this.#wire());
      this.#world.after(this.#latency(), () => {
        if (this.#deviceOpen && !this.#toDeviceCut) this.#party.deliver(() => this.#handlers.opened());
      });
    });
  }

  #wire(): Wire {
    return {
      deliver: (frame) => this.#deliver(frame),
      bufferedBytes: () => this.#unreadBytes * (this.#link.slowBytes === null ? 1 : SLOW_SCALE),
      close: (code, detail) => this.#closeFromServer(code, detail),
    };
  }

  #deliver(frame: Frame): void {
    if (!this.#serverOpen || this.#server?.party.alive !== true) return;
    const { tap } = this.#link.network.options;
    tap.toDevice(this.#link.name, frame.text);
    this.#checkBuffer(frame);
    if (this.#link.toDeviceCut) this.#toDeviceCut = true;
    if (this.#lost('to-device')) return;
    const bytes = frame.text.length;
    this.#unreadBytes += bytes;
    const slowMs = this.#link.slowBytes === null ? 0 : (bytes / this.#link.slowBytes) * 1_000;
    this.#toDeviceAt = Math.max(this.#toDeviceAt, this.#world.now + this.#latency()) + slowMs;
    const text = this.#mangled(frame.text, 'delta');
    this.#world.after(this.#toDeviceAt - this.#world.now, () => {
      this.#unreadBytes -= bytes;
      if (this.#toDeviceCut || !this.#deviceOpen) return;
      this.#party.deliver(() => this.#arriveAtDevice(text));
    });
  }

  /** [I15] Nothing more is put on a pile that is known to be too high. */
  #checkBuffer(frame: Frame): void {
    if (this.#link.slowBytes === null) return;
    if (this.#knownAt !== this.#world.eventCount) {
      this.#knownAt = this.#world.eventCount;
      this.#knownUnread = this.#unreadBytes * SLOW_SCALE;
    }
    if (this.#knownUnread > BUFFER_MAX && frame.text.startsWith('{"type":"delta"')) {
      this.#world.violated(
        'I15',
        `${this.#link.name} is sent a delta although ${this.#knownUnread} bytes wait for it.`,
      );
    }
  }

  #arriveAtDevice(text: string): void {
    if (!this.#deviceOpen) return;
    let message: ReturnType<typeof decodeServerMessage>;
    try {
      if (text.length > FRAME_BYTES_MAX) throw new WaypostError('frame-too-large');
      message = decodeServerMessage(text);
    } catch (error) {
      const code = error instanceof WaypostError ? error.code : 'bad-message';
      this.#deviceLearns({ code, detail: String(error) });
      this.#world.after(this.#latency(), () => this.#serverLearns());
      return;
    }
    if (message !== 'ignored') this.#handlers.received(message);
  }

  #arriveAtServer(text: string, extraMs: number): void {
    const mangled = this.#mangled(text, 'push');
    this.#toServerAt = Math.max(this.#toServerAt, this.#world.now + this.#latency());
    // What overtakes only overtakes what comes later.
    this.#world.after(this.#toServerAt - this.#world.now + extraMs, () => {
      if (this.#toServerCut || !this.#serverOpen || this.#server?.party.alive !== true) return;
      try {
        if (mangled.length > FRAME_BYTES_MAX) throw new WaypostError('frame-too-large');
        const message = decodeClientMessage(mangled);
        if (message !== 'ignored') this.#conversation?.receive(message);
      } catch (error) {
        if (!(error instanceof WaypostError)) throw error;
        this.#deliver({
          text: encodeMessage({ type: 'error', code: error.code, message: error.message, workspace: null, upTo: null }),
          urgent: true,
        });
        this.#closeFromServer(error.code, error.message);
      }
    });
  }

  #closeFromServer(code: ErrorCode, detail: string): void {
    if (!this.#serverOpen) return;
    this.#world.after(Math.max(0, this.#toDeviceAt - this.#world.now) + this.#latency(), () => {
      if (!this.#toDeviceCut) this.#deviceLearns({ code, detail });
    });
    this.#serverLearns();
  }

  #deviceLearns(reason: CloseReason): void {
    if (!this.#deviceOpen) return;
    this.#deviceOpen = false;
    this.#link.connections.delete(this);
    this.#party.deliver(() => this.#handlers.closed(reason));
  }

  #serverLearns(): void {
    if (!this.#serverOpen) return;
    this.#serverOpen = false;
    this.#conversation?.closed();
  }

  /** Whether this is the message at which the connection dies. Nothing that follows it arrives. */
  #lost(direction: 'to-server' | 'to-device'): boolean {
    if (!this.#random.happens(this.#link.network.rates.loss)) return false;
    if (this.#random.happens(0.3)) this.cut(this.#random.of([direction, 'both']));
    else this.reset();
    return true;
  }

  /** Of a type that the receiver knows: others are ignored, and no wire swallows one message and brings the next. */
  #mangled(text: string, type: 'delta' | 'push'): string {
    if (!this.#random.happens(this.#link.network.rates.garbage)) return text;
    return this.#random.of([
      text.slice(0, this.#random.below(text.length)),
      '\u0000\u0001',
      text + ' '.repeat(FRAME_BYTES_MAX),
      '[]',
      JSON.stringify({ type }),
    ]);
  }

  #latency(): number {
    const { stall, stallMs } = this.#link.network.rates;
    const usual = 1 + this.#random.number() * 20;
    return this.#random.happens(stall) ? usual + this.#random.number() * stallMs : usual;
  }
}

const BUFFER_MAX = 1024 * 1024;
