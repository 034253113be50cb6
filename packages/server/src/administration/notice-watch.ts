/**
 * Looks for what was done beside this server: `waypost-server admin` writes to the same database, and connected devices
 * must hear of it within seconds. One small read a second costs nothing that is noticed.
 */
import type { DeviceId, WorkspaceId } from '@waypost/protocol';
import type { Scheduler } from '../sync/ports.ts';
import type { AdminStore, Notice } from './admin-store.ts';

const LOOK_EVERY_MS = 1_000;

export interface NoticeWatchOptions {
  readonly store: Pick<AdminStore, 'lastNotice' | 'notices'>;
  readonly scheduler: Scheduler;
  readonly signedOut: (devices: readonly DeviceId[], erase: boolean) => void;
  /** Nothing of these workspaces may stay anywhere. */
  readonly forgotten: (workspaces: readonly WorkspaceId[]) => Promise<void>;
  readonly failed: (error: unknown) => void;
}

export class NoticeWatch {
  readonly #options: NoticeWatchOptions;
  #last = 0;
  #cancel: (() => void) | null = null;
  #isStopped = false;

  constructor(options: NoticeWatchOptions) {
    this.#options = options;
  }

  /** To be called before devices connect: those that come later find everything that was before as it is. */
  async start(): Promise<void> {
    this.#last = await this.#options.store.lastNotice();
    this.#lookLater();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #lookLater(): void {
    if (this.#isStopped) return;
    this.#cancel = this.#options.scheduler.after(LOOK_EVERY_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    try {
      for (const notice of await this.#options.store.notices(this.#last)) {
        await this.#heed(notice);
        this.#last = notice.serial;
      }
    } catch (error) {
      // Nothing was passed over: the next look finds it again.
      if (!this.#isStopped) this.#options.failed(error);
    }
    this.#lookLater();
  }

  async #heed({ kind, ids }: Notice): Promise<void> {
    switch (kind) {
      case 'signed-out':
        this.#options.signedOut(ids as readonly DeviceId[], false);
        break;
      case 'erased':
        this.#options.signedOut(ids as readonly DeviceId[], true);
        break;
      case 'forgotten':
        await this.#options.forgotten(ids as readonly WorkspaceId[]);
        break;
    }
  }
}
