/**
 * What the screens work with: a device, and the workspace that is in front. One desk is one account, or the work without
 * one; signing in or out ends it and begins another.
 */
import type { Device } from '@waypost/client';
import type { AccountId, Actor, WorkspaceId } from '@waypost/protocol';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { Bench } from './bench.ts';

/** Who works here. */
export interface Seat {
  readonly device: Device;
  readonly me: Actor;
  /** Null where nobody is signed in: work stays on this device. */
  readonly account: { readonly id: AccountId; readonly email: string } | null;
  /** The server's address; null without an account. */
  readonly server: string | null;
  /** What the server knows this device by, as it is now: another tab may have signed in anew. Null without an account. */
  readonly token: () => Promise<string | null>;
  /** Names this store among the tabs of one browser. */
  readonly key: string;
}

export class Desk {
  readonly seat: Seat;
  readonly bench: StoreApi<{ readonly bench: Bench }>;

  readonly #unkept: (error: unknown) => void;
  /** The change of workspace under way, or the last one. */
  #turning: Promise<void> = Promise.resolve();

  private constructor(seat: Seat, unkept: (error: unknown) => void, bench: Bench) {
    this.seat = seat;
    this.#unkept = unkept;
    this.bench = createStore(() => ({ bench }));
  }

  /** `unkept` is told when the disk refuses a draft. */
  static async open(seat: Seat, unkept: (error: unknown) => void): Promise<Desk> {
    const current = seat.device.current();
    if (current === null) throw new Error('A device without a workspace has nothing to show.');
    return new Desk(seat, unkept, await benchOf(seat, current, unkept));
  }

  get device(): Device {
    return this.seat.device;
  }

  /** One after the other: each bench is closed once, by the one that takes its place. */
  use(workspace: WorkspaceId): Promise<void> {
    const turn = this.#turning.then(() => this.#turnTo(workspace));
    this.#turning = turn.catch(() => undefined);
    return turn;
  }

  async #turnTo(workspace: WorkspaceId): Promise<void> {
    const before = this.bench.getState().bench;
    if (before.workspace === workspace) return;
    await this.device.use(workspace);
    this.bench.setState({ bench: await benchOf(this.seat, workspace, this.#unkept) });
    await before.close();
  }

  /** Puts on disk what was typed a moment ago. */
  flush(): Promise<void> {
    return this.bench.getState().bench.drafts.flush();
  }

  /** The device belongs to whoever opened it. */
  async close(): Promise<void> {
    await this.#turning;
    await this.bench.getState().bench.close();
  }
}

function benchOf({ device, me, key }: Seat, workspace: WorkspaceId, unkept: (error: unknown) => void): Promise<Bench> {
  return Bench.open({ device, workspace, me: me.device, channel: `waypost/${key}`, unkept });
}
