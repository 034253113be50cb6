/** One sync from beginning to end: what waits here is settled, and what others did is here. */
import type { DeviceEvent, DeviceStatus, RefusedChange } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';
import type { Context } from './context.ts';
import type { Session } from './session.ts';
import { untilUnreachable } from './settle.ts';

export interface Synchronised {
  /** Whether everything that waited is settled and everything the server has is here. */
  readonly isComplete: boolean;
  /** Changes of this device that were settled, and elements that came from others. */
  readonly pushed: number;
  readonly pulled: number;
  readonly rejected: readonly RefusedChange[];
  /** Where the server was put back to an earlier state: what this device sent again, and what is gone there but not known to be deleted. */
  readonly restored: { readonly resent: readonly ElementId[]; readonly deletedHere: readonly ElementId[] } | null;
  readonly status: DeviceStatus;
}

export interface SynchroniseOptions {
  /** How long nothing at all may happen. */
  readonly timeoutMs: number;
}

/** A process that leads says that all is well for so long, before another takes its word. */
const TRUST_MS = 150;
const UNREACHABLE_MS = 1_500;

export async function synchronise(
  context: Context,
  session: Session,
  { timeoutMs }: SynchroniseOptions,
): Promise<Synchronised> {
  const { device } = session;
  const progress = context.output.progress();
  progress.say('Waiting for the server');
  const seen = new Tally(session);
  const stop = device.subscribe((event) => {
    seen.take(event);
    if (event.event === 'progress') progress.report('Fetching', event.done, event.total);
  });
  const before = new Map(
    device.workspaces().flatMap(({ id }) => device.refused(id).map((change) => [keyOf(change), change] as const)),
  );
  session.connect();
  const unreachable = untilUnreachable(session, UNREACHABLE_MS);
  try {
    const isComplete = await Promise.race([complete(session, seen, timeoutMs), unreachable.promise.then(() => false)]);
    const refused = device.workspaces().flatMap(({ id }) => device.refused(id));
    return {
      ...{ isComplete, pushed: seen.pushed, pulled: seen.pulled, restored: seen.restored, status: device.status() },
      rejected: refused.filter((change) => !before.has(keyOf(change))),
    };
  } finally {
    unreachable.cancel();
    stop();
    progress.end();
  }
}

/** A large first sync may take long; one that moves on is not given up. */
async function complete({ device, isLeading }: Session, seen: Tally, timeoutMs: number): Promise<boolean> {
  let goodSince: number | null = null;
  seen.heardAt = performance.now();
  while (performance.now() - seen.heardAt < timeoutMs) {
    const isGood = isLeading() !== null && device.status().phase === 'synced';
    if (!isGood) goodSince = null;
    else goodSince ??= performance.now();
    // What this process knows itself is so at once. Another's word may be older than the last thing it wrote.
    if (goodSince !== null && (isLeading() === true || performance.now() - goodSince >= TRUST_MS)) return true;
    await nextNews(device, 20);
  }
  return false;
}

function nextNews(device: Session['device'], withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(end, withinMs);
    const stop = device.subscribe(end);
  });
}

/** Counts what happens. */
class Tally {
  pushed = 0;
  heardAt = 0;
  restored: Synchronised['restored'] = null;
  readonly #pulled = new Set<string>();
  readonly #own: string | null;
  /** A workspace that comes as a whole brings no event for each element. */
  #filled = 0;

  constructor({ account }: Session) {
    this.#own = account?.device.id ?? null;
  }

  get pulled(): number {
    return this.#pulled.size + this.#filled;
  }

  take(event: DeviceEvent): void {
    switch (event.event) {
      case 'created':
      case 'changed':
      case 'moved':
      case 'deleted':
      case 'restored':
        this.heardAt = performance.now();
        if (event.by.device !== this.#own) this.#pulled.add(event.id);
        break;
      case 'settled':
        this.heardAt = performance.now();
        this.pushed += 1;
        break;
      case 'progress':
        this.heardAt = performance.now();
        break;
      case 'filled':
        this.heardAt = performance.now();
        this.#filled += event.elements;
        break;
      case 'restored-server':
        // Each workspace tells of itself.
        this.restored = {
          resent: [...(this.restored?.resent ?? []), ...event.resent],
          deletedHere: [...(this.restored?.deletedHere ?? []), ...event.deletedHere],
        };
        break;
      case 'conflict':
      case 'shown':
      case 'status':
      case 'signed-out':
        break;
    }
  }
}

function keyOf({ stream, n }: RefusedChange): string {
  return `${stream}/${n}`;
}
