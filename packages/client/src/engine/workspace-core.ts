/**
 * What the parts of a workspace share: its state, the lane through which it is touched, and its host. Whatever reads and
 * writes the state does so in the lane, so that a change never sees half a delta.
 */
import {
  type ClientMessage,
  type Delta,
  type ConflictId,
  type ElementId,
  type ErrorCode,
  type Position,
  WaypostError,
  type WorkspaceId,
  type WorkspaceInfo,
} from '@waypost/protocol';
import type { ContentRules } from './content.ts';
import type { DeviceEvent } from './device.ts';
import { Lane } from './lane.ts';
import type { EnginePorts } from './open.ts';
import { OutcomeWaiters } from './outcome-waiters.ts';
import type { StorageBatch, StorageReceipt } from './ports.ts';
import type { Reset } from './reset.ts';
import { Sender } from './sender.ts';
import { differenceEvents } from './settling.ts';
import type { View } from './view.ts';
import { loadState, MovedBodies, type StateTools, viewOver, type WorkspaceState } from './workspace-state.ts';

/** What a workspace asks of the device it is on. */
export interface WorkspaceHost {
  readonly ports: EnginePorts;
  readonly rules: ContentRules;
  newId(): string;
  emit(event: DeviceEvent): void;
  /** How messages leave now; null while this process has no connection. */
  link(): WorkspaceLink | null;
  /** Something that `status` shows may be different. */
  changed(): void;
  note(message: string): void;
  /** Sync cannot go on as it is: the connection is closed with this reason, and tried again later. */
  interrupt(error: WaypostError): void;
  learnNames(names: Delta['names']): void;
}

export interface WorkspaceLink {
  readonly transport: 'websocket' | 'http';
  send(message: ClientMessage): void;
  bufferedBytes(): number;
}

/** What somebody who runs the server has to look after. */
const SERVER_TROUBLE: ReadonlySet<ErrorCode> = new Set(['storage-full', 'storage-failed', 'internal']);

export class WorkspaceCore {
  readonly id: WorkspaceId;
  info: WorkspaceInfo;
  readonly host: WorkspaceHost;
  readonly tools: StateTools;
  readonly lane = new Lane();
  readonly sender = new Sender();
  readonly waiters: OutcomeWaiters;
  state: WorkspaceState;
  /** While a first sync has only its skeleton: what is shown, but not yet kept. */
  shown: View | null = null;
  /** Everything is being taken anew. */
  reset: Reset | null = null;
  /** Whether a complete delta of the present connection was applied. */
  current = false;
  /** What only a person, or an update, can put right. */
  error: { readonly code: ErrorCode; readonly message: string } | null = null;
  /** Why the server does not take or give something just now; it is tried again. */
  obstacle: { readonly code: ErrorCode; readonly message: string } | null = null;
  closed = false;

  constructor(host: WorkspaceHost, info: WorkspaceInfo, tools: StateTools, state: WorkspaceState) {
    this.id = info.id;
    this.info = info;
    this.host = host;
    this.tools = tools;
    this.state = state;
    this.waiters = new OutcomeWaiters(host.ports.scheduler);
  }

  get view(): View {
    return this.shown ?? this.state.view;
  }

  position(): Position {
    const { stream } = this.state.outbox;
    const { epoch, life, cursor } = this.state.replica.record;
    const at = this.reset?.position ?? { epoch, life, cursor };
    return { workspace: this.id, ...at, stream, have: this.state.replica.record.settled };
  }

  /** The server says that it cannot. What ends by itself in a moment is nothing anybody has to know. */
  hindered(code: ErrorCode, message: string): void {
    if (SERVER_TROUBLE.has(code)) this.obstacle = { code, message };
  }

  /** The server does again what it could not. */
  overcome(): void {
    if (this.obstacle === null) return;
    this.obstacle = null;
    this.host.changed();
  }

  /** Null: anything may look different now. */
  tellShown(ids: Iterable<ElementId> | null): void {
    this.host.emit({ event: 'shown', workspace: this.id, ids: ids === null ? null : [...ids] });
  }

  /** Asks the server for what comes after this device's position. */
  follow(): void {
    this.host.link()?.send({ type: 'follow', position: this.position() });
  }

  commit(batch: StorageBatch, durability: 'strict' | 'relaxed'): Promise<StorageReceipt> {
    return this.tools.storage.commit(batch, durability);
  }

  /** In the lane: another process wrote, and what is in memory is no longer what is on disk. */
  async load(): Promise<void> {
    const before = this.state;
    const after = await loadState(this.tools);
    const events = await differenceEvents(this.id, before, after, this.host.rules.schemas);
    if (this.shown !== null)
      this.shown = await viewOver(this.shown.replica, after.outbox, { ...after, rules: this.host.rules });
    this.state = after;
    if (this.sender.ready) this.sender.begin(after.replica.record.settled);
    for (const event of events) this.host.emit(event);
    this.waiters.answer(after);
    this.tellShown(null);
    this.host.changed();
  }

  /** Work that nobody waits for. What fails in it ends the connection, and the next one begins from what is on disk. */
  inLane(work: () => Promise<void>): void {
    const run = async (): Promise<void> => {
      if (this.closed) return;
      try {
        await work();
      } catch (error) {
        if (!(error instanceof MovedBodies)) throw error;
        await this.load();
        this.follow();
      }
    };
    this.lane.run(run).catch((error: unknown) => this.host.interrupt(asWaypostError(error)));
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.host.ports.scheduler.after(ms, resolve));
  }

  newElementId(): ElementId {
    return this.host.newId() as ElementId;
  }

  newConflictId(): ConflictId {
    return this.host.newId() as ConflictId;
  }
}

export function asWaypostError(error: unknown): WaypostError {
  if (error instanceof WaypostError) return error;
  // A broken invariant: nothing is known to be right after it, and it must be seen.
  return new WaypostError('internal', error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
