/**
 * One device following one workspace: it catches up page by page, then is live and gets what its channel sends. Whenever
 * a step is missing (it was slow, news were lost, its rights may have changed) it catches up again from its cursor, so
 * nothing is ever kept for it.
 */
import type { Actor, Epoch, Position, Revision, StreamId, WorkspaceId } from '@waypost/protocol';
import type { CaughtUp, Feed, Frame, Scheduler, Wire } from './ports.ts';

/** A device that has this much on its way gets nothing more until it took some. */
export const BUFFERED_BYTES_MAX = 1024 * 1024;
/** Waiting for room is looked at after this long, then ever more seldom. */
const DRAIN_CHECK_MS_MIN = 2;
const DRAIN_CHECK_MS_MAX = 100;
/** A device that takes nothing for so long is let go; it comes back from its cursor. */
const DRAIN_WAIT_MS = 30_000;
/** After an error of the storage. */
const RETRY_MS = 1_000;

export interface SubscriptionPorts {
  readonly feed: Feed;
  readonly scheduler: Scheduler;
  /** A broken invariant or a failing storage, for the log. */
  readonly failed: (error: unknown) => void;
}

/** What becomes of a subscription, for the conversation and the channel. */
export interface SubscriptionEvents {
  /** The device was told to begin anew, in this epoch. */
  reset(subscription: Subscription, epoch: Epoch): void;
  /** It has everything it can be told up to its cursor. */
  arrived(subscription: Subscription): void;
  /** `reset`: the device takes a snapshot, and follows again from there. */
  ended(subscription: Subscription, reason: 'reset' | 'no-workspace' | 'signed-out'): void;
}

export class Subscription {
  readonly workspace: WorkspaceId;
  readonly actor: Actor;
  readonly wire: Wire;
  readonly #ports: SubscriptionPorts;
  readonly #events: SubscriptionEvents;
  #position: Position;
  #held: Revision;
  #state: 'catching' | 'live' | 'ended' = 'catching';
  #isRunning = false;
  /** Raised when an answer that is being read may no longer be given. */
  #asked = 0;
  /** The highest number of the stream that news spoke of while it was not live. */
  #missed = 0;

  constructor(
    ports: SubscriptionPorts,
    events: SubscriptionEvents,
    device: { actor: Actor; wire: Wire; position: Position },
  ) {
    this.#ports = ports;
    this.#events = events;
    this.actor = device.actor;
    this.wire = device.wire;
    this.workspace = device.position.workspace;
    this.#position = device.position;
    this.#held = device.position.cursor;
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  get isCatchingUp(): boolean {
    return this.#state === 'catching';
  }

  get epoch(): Epoch | null {
    return this.#position.epoch;
  }

  get cursor(): Revision {
    return this.#position.cursor;
  }

  get stream(): StreamId | null {
    return this.#position.stream;
  }

  /** Up to where the device was told what became of its stream. */
  get told(): number {
    return this.#position.have;
  }

  /** Whether news passed while it was catching up that its last page may not have had. */
  get missesOutcomes(): boolean {
    return this.#missed > this.told;
  }

  misses(upTo: number): void {
    this.#missed = Math.max(this.#missed, upTo);
  }

  /** The device pushes on this stream: outcomes of it are its own from now on. */
  uses(stream: StreamId): void {
    if (stream === this.#position.stream) return;
    this.#position = { ...this.#position, stream, have: 0 };
    this.#missed = 0;
    this.#asked += 1;
  }

  /** Catches up, at first or again; what is being read for it meanwhile is not sent. */
  catchUp(): void {
    if (this.#state === 'ended') return;
    this.#state = 'catching';
    this.#asked += 1;
    if (!this.#isRunning) void this.#run();
  }

  end(): void {
    this.#state = 'ended';
  }

  /** Something live was sent. */
  sent(frame: Frame, reached: { readonly to: Revision; readonly life: string; readonly told: number }): void {
    this.wire.deliver(frame);
    this.#position = {
      ...this.#position,
      cursor: reached.to,
      conflicts: reached.to,
      life: reached.life,
      have: reached.told,
    };
    this.#held = reached.to;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#state === 'catching' && (await this.#hasRoom())) await this.#step();
    } catch (error) {
      this.#ports.failed(error);
      this.#ports.scheduler.after(RETRY_MS, () => this.catchUp());
    } finally {
      this.#isRunning = false;
    }
  }

  async #step(): Promise<void> {
    const asked = this.#asked;
    this.#missed = 0;
    const answer = await this.#ports.feed.catchUp(this.workspace, this.actor, this.#position, this.#held);
    if (asked !== this.#asked || this.#state !== 'catching') return;
    if (answer.kind === 'delta') {
      this.#take(answer.delta);
    } else if (answer.kind === 'reset') {
      this.wire.deliver({ text: answer.frame, urgent: true });
      this.#events.reset(this, answer.epoch);
      if (answer.inline === null) this.#finish('reset');
      else this.#take(answer.inline);
    } else {
      this.#finish(answer.kind);
    }
  }

  #take(delta: CaughtUp): void {
    for (const frame of delta.frames) this.wire.deliver(frame);
    const { epoch, life, to } = delta;
    const have = Math.max(delta.settled ?? 0, this.#position.have);
    this.#position = { ...this.#position, epoch, life, cursor: to, conflicts: to, have };
    if (delta.more) return;
    this.#held = to;
    this.#state = 'live';
    this.#events.arrived(this);
  }

  #finish(reason: 'reset' | 'no-workspace' | 'signed-out'): void {
    this.#state = 'ended';
    this.#events.ended(this, reason);
  }

  /** Waits until the device took most of what it was sent; false where it never does. */
  async #hasRoom(): Promise<boolean> {
    let checkMs = DRAIN_CHECK_MS_MIN;
    for (let waitedMs = 0; this.wire.bufferedBytes() > BUFFERED_BYTES_MAX; waitedMs += checkMs) {
      if (waitedMs >= DRAIN_WAIT_MS) {
        this.end();
        this.wire.close('offline', 'The device took nothing of what it was sent for 30 seconds.');
        return false;
      }
      checkMs = Math.min(checkMs * 2, DRAIN_CHECK_MS_MAX);
      await new Promise<void>((resolve) => this.#ports.scheduler.after(checkMs, resolve));
      if (this.#state !== 'catching') return false;
    }
    return true;
  }
}
