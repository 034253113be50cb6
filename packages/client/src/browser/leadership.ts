/**
 * Who leads among the tabs of one browser that share a store: whoever holds a Web Lock. It dies with its tab. A tab that was
 * frozen keeps it and can do nothing with it, so those who follow ask now and then whether the leader still answers; silence
 * of timers would say nothing, as hidden tabs have theirs slowed down. For the same reason one that has been hidden for a while
 * gives way to one that is looked at. Where a browser has no locks, every tab leads.
 */
import type { LeaderHandlers, Leadership } from '../engine/ports.ts';

/** A leader that answered nothing for so long, and so often, is frozen or stuck. */
const SILENT_MS = 10_000;
const UNANSWERED_MAX = 5;

/** Browsers slow down the timers of a hidden tab more and more; before that, changing leaders for each look would be a waste. */
const HIDDEN_MS = 60_000;

type Word = 'are you there' | 'are you there, I am looked at' | 'here' | 'try now';

export interface LeadershipOptions {
  /** Of the store that is led. */
  readonly name: string;
  readonly now: () => number;
  /** Null where the browser has none. */
  readonly locks: LockManager | null;
  /** How long nobody has been able to see this tab; 0 while it is looked at. */
  readonly hiddenMs: () => number;
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
  #isReleased = false;
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
    if (this.#isReleased) return false;
    this.#handlers = handlers;
    const isTaken =
      (await this.#request({ ifAvailable: true })) || (this.#isSilent() && (await this.#request({ steal: true })));
    if (this.#isReleased) return false;
    if (isTaken) {
      this.#heardOfLeader();
    } else {
      this.#askedSince ??= this.#options.now();
      this.#unanswered += 1;
      this.#say(this.#options.hiddenMs() === 0 ? 'are you there, I am looked at' : 'are you there');
    }
    return isTaken;
  }

  async release(): Promise<void> {
    this.#isReleased = true;
    this.#letGo?.();
    this.#letGo = null;
    this.#channel.close();
  }

  nudge(): void {
    if (!this.#isReleased) this.#say('try now');
  }

  #request(how: LockOptions): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const held = this.#locks.request(this.#options.name, how, (lock) => {
        // What was released meanwhile must not hold the lock: nobody would let go of it while this tab is open.
        const isTaken = lock !== null && !this.#isReleased;
        resolve(isTaken);
        if (!isTaken) return undefined;
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
    if (word === 'here') return this.#heardOfLeader();
    if (this.#letGo === null) return;
    if (word === 'try now') return this.#handlers?.nudged();
    this.#say('here');
    if (word === 'are you there, I am looked at' && this.#options.hiddenMs() >= HIDDEN_MS) this.#giveWay();
  }

  #giveWay(): void {
    this.#letGo?.();
    this.#letGo = null;
    this.#handlers?.lost();
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
