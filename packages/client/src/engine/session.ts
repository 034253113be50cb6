/**
 * The connection of the process that leads: performs what the machine in connection.ts asks for, and hands on what arrives.
 */
import {
  type ClientMessage,
  type Position,
  PROTOCOL_FLOOR,
  PROTOCOL_VERSION,
  type ServerMessage,
  WaypostError,
} from '@waypost/protocol';
import { type ConnectionEffect, type ConnectionEvent, type ConnectionMemory, OFF, step } from './connection.ts';
import type { Chance, Clock, CloseReason, Connection, Scheduler, Transport } from './ports.ts';

export interface SessionPorts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly scheduler: Scheduler;
  readonly transports: readonly Transport[];
  /** Throws WaypostError `signed-out` where there is none any more. */
  readonly token: () => Promise<string>;
}

export interface SessionOwner {
  /** What the hello says. */
  positions(): Position[];
  pending(): number;
  /** The welcome was heard: the positions of the hello are followed from now on. */
  began(): void;
  ended(): void;
  heard(message: ServerMessage): void;
  changed(): void;
}

export class Session {
  readonly #ports: SessionPorts;
  readonly #owner: SessionOwner;
  #memory: ConnectionMemory = OFF;
  #connection: Connection | null = null;
  /** Raised with every connection: what an earlier one still says is not heard. */
  #generation = 0;
  #cancelTimer: (() => void) | null = null;

  constructor(ports: SessionPorts, owner: SessionOwner) {
    this.#ports = ports;
    this.#owner = owner;
  }

  get memory(): ConnectionMemory {
    return this.#memory;
  }

  get isLive(): boolean {
    return this.#memory.state === 'live';
  }

  get transport(): Transport['name'] {
    return this.#memory.transport;
  }

  send(message: ClientMessage): void {
    this.#connection?.send(message);
  }

  bufferedBytes(): number {
    return this.#connection?.bufferedBytes() ?? 0;
  }

  dispatch(event: ConnectionEvent): void {
    const { clock, chance, transports } = this.#ports;
    if (transports.length === 0) return;
    const world = { now: clock.now(), chance: chance.number(), transports: transports.map(({ name }) => name) };
    const [memory, effects] = step(this.#memory, event, world);
    this.#memory = memory;
    for (const effect of effects) this.#perform(effect);
    this.#owner.changed();
  }

  #perform(effect: ConnectionEffect): void {
    switch (effect.do) {
      case 'connect':
        this.#connect(effect.transport);
        break;
      case 'close':
        this.#generation += 1;
        this.#connection?.close();
        this.#connection = null;
        break;
      case 'hello':
        void this.#hello();
        break;
      case 'ping':
        this.send({ type: 'ping' });
        break;
      case 'wait':
        this.#cancelTimer?.();
        this.#cancelTimer = this.#ports.scheduler.after(effect.ms, () => this.dispatch({ kind: 'timer' }));
        break;
      case 'stopWaiting':
        this.#cancelTimer?.();
        this.#cancelTimer = null;
        break;
      case 'begin':
        this.#owner.began();
        break;
      case 'end':
        this.#owner.ended();
        break;
    }
  }

  #connect(name: Transport['name']): void {
    const transport = this.#ports.transports.find((one) => one.name === name);
    if (transport === undefined) return;
    this.#generation += 1;
    const generation = this.#generation;
    const isCurrent = (): boolean => generation === this.#generation;
    this.#connection = transport.connect({
      opened: () => {
        if (isCurrent()) this.dispatch({ kind: 'opened' });
      },
      received: (message) => {
        if (isCurrent()) this.#received(message);
      },
      closed: (reason) => {
        if (isCurrent()) this.#closed(reason);
      },
    });
  }

  async #hello(): Promise<void> {
    const generation = this.#generation;
    try {
      const token = await this.#ports.token();
      if (generation !== this.#generation) return;
      const protocol = { min: PROTOCOL_FLOOR, max: PROTOCOL_VERSION };
      this.send({ type: 'hello', protocol, token, pending: this.#owner.pending(), positions: this.#owner.positions() });
    } catch (error) {
      if (generation !== this.#generation) return;
      if (!(error instanceof WaypostError)) throw error;
      this.#closed({ code: error.code, detail: error.message });
    }
  }

  #received(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.#owner.heard(message);
        this.dispatch({ kind: 'welcomed' });
        break;
      case 'pong':
        this.dispatch({ kind: 'pong' });
        break;
      case 'goaway':
        this.dispatch({ kind: 'goaway', withinMs: message.withinMs });
        break;
      case 'signed-out':
        this.#owner.heard(message);
        this.dispatch({ kind: 'signedOut', reason: { code: 'signed-out', detail: 'This device was signed out.' } });
        break;
      case 'workspaces':
      case 'received':
      case 'delta':
      case 'reset':
      case 'error':
        this.#owner.heard(message);
        break;
    }
  }

  #closed(reason: CloseReason): void {
    this.dispatch(reason.code === 'signed-out' ? { kind: 'signedOut', reason } : { kind: 'closed', reason });
  }
}
