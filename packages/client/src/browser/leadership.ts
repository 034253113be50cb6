/**
 * Who leads among the tabs of one browser that share a store: whoever holds a Web Lock. It dies with its tab. A tab that was
 * frozen keeps it and can do nothing with it, so those who follow ask now and then whether the leader still answers; silence
 * of timers would say nothing, as hidden tabs have theirs slowed down. Where a browser has no locks, every tab leads.
 */
import type { LeaderHandlers, Leadership } from '../engine/ports.ts';

/** A leader that answered nothing for so long, and so often, is frozen or stuck. */
const SILENT_MS = 10_000;
const UNANSWERED_MAX = 5;

type Word = 'are you there' | 'here' | 'try now';

export interface LeadershipOptions {
  /** Of the store that is led. */
  readonly name: string;
  readonly now: () => number;
  /** Null where the browser has none. */
  readonly locks: LockManager | null;
}

export function createLeadership(options: LeadershipOptions): Leadership {
  return options.locks === null ? EVERYBODY : new LockLeadership(options, options.locks);
}

const EVERYBODY: Leadership = { take: async () => true, release: async () => undefined, nudge: () => undefined };

class LockLeadership implements Leadership {
  readonly #options: LeadershipOptions;
  readonly #locks: LockManager;
  readonly #channel: BroadcastChannel;
  #handlers: LeaderHandlers | null = null;
  #letGo: (() => void) | null = null;
  /** Since the leader last answered, or since the first question. */
  #askedSince: number | null = null;
  #unanswered = 0;

  constructor(options: LeadershipOptions, locks: LockManager) {
    this.#options = options;
    this.#locks = locks;
    this.#channel = new BroadcastChannel(`${options.name}/leader`);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Word>) => this.#hear(data));
  }

  async take(handlers: LeaderHandlers): Promise<boolean> {
    if (this.#letGo !== null) return true;
    this.#handlers = handlers;
    const isTaken =
      (await this.#request({ ifAvailable: true })) || (this.#isSilent() && (await this.#request({ steal: true })));
    if (isTaken) {
      this.#heardOfLeader();
    } else {
      this.#askedSince ??= this.#options.now();
      this.#unanswered += 1;
      this.#say('are you there');
    }
    return isTaken;
  }

  async release(): Promise<void> {
    this.#letGo?.();
    this.#letGo = null;
    this.#channel.close();
  }

  nudge(): void {
    this.#say('try now');
  }

  #request(how: LockOptions): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const held = this.#locks.request(this.#options.name, how, (lock) => {
        resolve(lock !== null);
        if (lock === null) return undefined;
        return new Promise<void>((letGo) => {
          this.#letGo = letGo;
        });
      });
      held.catch((error: unknown) => {
        reject(error);
        // Another tab took it: this one had not answered for a while.
        if (this.#letGo === null) return;
        this.#letGo = null;
        this.#handlers?.lost();
      });
    });
  }

  #hear(word: Word): void {
    const isLeading = this.#letGo !== null;
    if (word === 'here') this.#heardOfLeader();
    else if (isLeading && word === 'are you there') this.#say('here');
    else if (isLeading) this.#handlers?.nudged();
  }

  #heardOfLeader(): void {
    this.#askedSince = null;
    this.#unanswered = 0;
  }

  #isSilent(): boolean {
    const silentMs = this.#askedSince === null ? 0 : this.#options.now() - this.#askedSince;
    return silentMs >= SILENT_MS && this.#unanswered >= UNANSWERED_MAX;
  }

  #say(word: Word): void {
    this.#channel.postMessage(word);
  }
}
