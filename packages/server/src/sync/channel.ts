/**
 * The live followers of one workspace. News of a commit goes to whoever stands exactly where it begins, encoded once;
 * where many follow, commits that come quickly are sent together. Whoever stands elsewhere catches up by the feed.
 */
import {
  type AccountId,
  type Conflict,
  type Epoch,
  FRAME_BYTES_MAX,
  type Revision,
  type WorkspaceId,
} from '@waypost/protocol';
import { mergeDeltas, NOTHING_OWN, type Own, sharedText, withOwn } from './delta.ts';
import type { Audience, Clock, CommitNews, Feed, Frame, Scheduler } from './ports.ts';
import { BUFFERED_BYTES_MAX, type Subscription } from './subscription.ts';

/** What sending to one follower costs, four times over: so broadcasting takes a quarter of the time at most. */
const WINDOW_MS_PER_FOLLOWER = 0.06;
const WINDOW_MS_MAX = 250;
/** Shorter windows are not worth a timer: a commit and its fsync take longer, and already gather what came meanwhile. */
const WINDOW_MS_MIN = 1;
/** What waits for the end of a window; more goes out at once. */
const WAITING_MAX = 256;
/** News kept so that a device which just caught up need not read again for a commit that came meanwhile. */
const RECENT_MAX = 16;
const RECENT_BYTES_MAX = 64 * 1024;
/** Authors need not wait for the window, as long as few do. */
const EARLY_MIN = 16;

export interface ChannelPorts {
  readonly feed: Feed;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly failed: (error: unknown) => void;
}

export class Channel {
  readonly workspace: WorkspaceId;
  readonly #ports: ChannelPorts;
  readonly #followers = new Set<Subscription>();
  #epoch: Epoch | null = null;
  /** The last revision that news reached. */
  #head: Revision = 0;
  /** Recent news without gaps, oldest first; the last `#waiting` of them have not been sent to everyone. */
  #recent: CommitNews[] = [];
  #waiting = 0;
  #early = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  #cancelWindow: (() => void) | null = null;
  #pull: 'idle' | 'reading' | 'again' = 'idle';
  /** How far news went that came while nothing was known: whoever catches up may have been read to before them. */
  #unheard: { readonly epoch: Epoch; readonly to: Revision } | null = null;
  /** Raised whenever what was known is forgotten: what was asked before says nothing any more. */
  #generation = 0;

  constructor(ports: ChannelPorts, workspace: WorkspaceId) {
    this.#ports = ports;
    this.workspace = workspace;
  }

  get isEmpty(): boolean {
    return this.#followers.size === 0;
  }

  get followers(): ReadonlySet<Subscription> {
    return this.#followers;
  }

  get position(): { readonly epoch: Epoch | null; readonly head: Revision } {
    return { epoch: this.#epoch, head: this.#head };
  }

  join(subscription: Subscription): void {
    this.#followers.add(subscription);
  }

  leave(subscription: Subscription): void {
    this.#followers.delete(subscription);
    if (this.isEmpty) this.#forget();
  }

  /** A follower caught up. It gets what was committed since its last page was read. */
  arrived(subscription: Subscription): void {
    const { epoch, cursor } = subscription;
    if (this.#epoch !== epoch) {
      this.#forget();
      this.#epoch = epoch;
      this.#head = cursor;
      for (const other of this.#followers) if (other !== subscription && other.epoch !== epoch) other.catchUp();
    }
    const unheard = this.#unheard;
    this.#unheard = null;
    if (unheard !== null && unheard.epoch === epoch && unheard.to > this.#head) void this.#read();
    this.#send(subscription, new Map());
    const isBehind = subscription.cursor < this.#head || subscription.missesOutcomes;
    if (subscription.isLive && isBehind) subscription.catchUp();
  }

  committed(news: CommitNews): void {
    for (const follower of this.#followers) {
      const settled = follower.isLive || follower.stream === null ? undefined : news.settled.get(follower.stream);
      if (settled !== undefined) follower.misses(settled.upTo);
    }
    if (this.#epoch === null) {
      this.#unheard = { epoch: news.epoch, to: news.to };
      return;
    }
    if (news.epoch !== this.#epoch) {
      this.refresh();
    } else if (this.#pull !== 'idle') {
      this.#pull = 'again';
    } else if (news.from > this.#head && this.#someoneBelow(news.from)) {
      // A commit of another node lies between: read once for all.
      void this.#read();
    } else {
      this.#take(news);
    }
  }

  /** Another node says that the workspace is at a head; or that something was settled at the one it had. */
  hinted(head: Revision): void {
    if (this.#epoch === null || head < this.#head) return;
    if (this.#pull === 'idle') void this.#read();
    else this.#pull = 'again';
  }

  /** Everyone catches up again. */
  refresh(): void {
    this.#forget();
    for (const follower of this.#followers) follower.catchUp();
  }

  #take(news: CommitNews): void {
    if (news.to < this.#head || (news.to === this.#head && news.from < news.to)) return;
    if (news.from > this.#head) this.#recent = [];
    this.#head = news.to;
    this.#recent.push(news);
    this.#waiting += 1;
    const windowMs = Math.min(this.#followers.size * WINDOW_MS_PER_FOLLOWER, WINDOW_MS_MAX);
    const waitMs = this.#sentAt + windowMs - this.#ports.clock.now();
    // A clock that was set back must not hold anything up.
    if (windowMs < WINDOW_MS_MIN || waitMs <= 0 || waitMs > windowMs || this.#waiting > WAITING_MAX) {
      this.#flush();
    } else {
      this.#sendToAuthors(news);
      this.#cancelWindow ??= this.#ports.scheduler.after(waitMs, () => this.#flush());
    }
  }

  #flush(): void {
    this.#cancelWindow?.();
    this.#cancelWindow = null;
    this.#sentAt = this.#ports.clock.now();
    const first = this.#recent[this.#recent.length - this.#waiting];
    const bodies: Bodies = new Map();
    this.#early = 0;
    if (this.#waiting > 1 && first !== undefined && this.#bodyFrom(first.from, bodies) === null) {
      // They cannot be merged: read once for all instead of once for each.
      this.#recent = [];
      this.#waiting = 0;
      this.#head = first.from;
      void this.#read();
      return;
    }
    for (const follower of this.#followers) this.#send(follower, bodies);
    this.#waiting = 0;
    this.#trim();
  }

  /** A change's author sees it settled without waiting for a window that is there for others. */
  #sendToAuthors(news: CommitNews): void {
    const earlyMax = Math.max(EARLY_MIN, this.#followers.size / 4);
    const bodies: Bodies = new Map();
    for (const follower of this.#followers) {
      if (this.#early >= earlyMax) return;
      if (follower.stream === null || !news.settled.has(follower.stream)) continue;
      this.#early += 1;
      this.#send(follower, bodies);
    }
  }

  /** Sends a live follower what lies between its cursor and the head. */
  #send(follower: Subscription, bodies: Bodies): void {
    if (!follower.isLive) return;
    const { cursor } = follower;
    const start = this.#recent.findIndex(({ from }) => from >= cursor);
    if (start < 0) {
      // News read for others may begin below a follower who stands at the head, and settle what it waits for.
      if (cursor < this.#head || this.#settlesMore(follower)) follower.catchUp();
      return;
    }
    const own = ownOf(follower, this.#recent.slice(start));
    const isNews = this.#head > cursor || own !== NOTHING_OWN;
    if (!isNews) return;
    const body = this.#recent[start]?.from === cursor && own !== null ? this.#bodyFrom(cursor, bodies) : null;
    if (body === null || own === null || follower.wire.bufferedBytes() > BUFFERED_BYTES_MAX) {
      follower.catchUp();
      return;
    }
    const frame = own === NOTHING_OWN ? body.frame : { text: withOwn(body.shared, own), urgent: true };
    if (frame.text.length > FRAME_BYTES_MAX) {
      // The feed knows how to say it in several.
      follower.catchUp();
      return;
    }
    follower.sent(frame, { to: this.#head, life: body.life, told: own.settled?.upTo ?? follower.told });
  }

  #settlesMore({ stream, told }: Subscription): boolean {
    return stream !== null && this.#recent.some(({ settled }) => (settled.get(stream)?.upTo ?? 0) > told);
  }

  /** Everything from a revision to the head as one delta, or null where that cannot be. */
  #bodyFrom(cursor: Revision, bodies: Bodies): Body | null {
    const known = bodies.get(cursor);
    if (known !== undefined) return known;
    const body = this.#encodeFrom(cursor);
    bodies.set(cursor, body);
    return body;
  }

  #encodeFrom(cursor: Revision): Body | null {
    const start = this.#recent.findIndex(({ from }) => from >= cursor);
    const deltas = [];
    for (const { shared } of this.#recent.slice(start)) {
      if (shared === null) return null;
      deltas.push(shared);
    }
    const merged = mergeDeltas(deltas);
    if (merged === null) return null;
    const shared = sharedText(merged);
    return { shared, life: merged.life, frame: { text: withOwn(shared, NOTHING_OWN), urgent: true } };
  }

  /** Reads what lies above the head, once, for all who are live. */
  async #read(): Promise<void> {
    const epoch = this.#epoch;
    if (epoch === null) return;
    const generation = this.#generation;
    this.#pull = 'reading';
    try {
      const news = await this.#ports.feed.news(this.workspace, epoch, this.#head, this.#audience());
      if (generation !== this.#generation) return;
      const again = this.#hasMore();
      this.#pull = 'idle';
      if (news === null) this.refresh();
      else this.#take(news);
      if (again) await this.#read();
    } catch (error) {
      this.#ports.failed(error);
      if (generation === this.#generation) this.refresh();
    }
  }

  #hasMore(): boolean {
    return this.#pull === 'again';
  }

  #audience(): Audience {
    const streams: Audience['streams'][number][] = [];
    const accounts = new Set<AccountId>();
    for (const { isLive, stream, actor, told } of this.#followers) {
      if (!isLive) continue;
      accounts.add(actor.account);
      if (stream !== null) streams.push({ stream, device: actor.device, settled: told });
    }
    return { streams, accounts: [...accounts] };
  }

  #someoneBelow(revision: Revision): boolean {
    for (const follower of this.#followers) if (follower.isLive && follower.cursor < revision) return true;
    return false;
  }

  #trim(): void {
    let bytes = 0;
    let kept = 0;
    for (const { shared } of this.#recent.toReversed()) {
      bytes += shared === null ? RECENT_BYTES_MAX : shared.elements.reduce((sum, element) => sum + element.bytes, 0);
      if (bytes > RECENT_BYTES_MAX || kept >= RECENT_MAX) break;
      kept += 1;
    }
    this.#recent = this.#recent.slice(this.#recent.length - kept);
  }

  #forget(): void {
    this.#cancelWindow?.();
    this.#cancelWindow = null;
    this.#recent = [];
    this.#waiting = 0;
    this.#epoch = null;
    this.#pull = 'idle';
    this.#generation += 1;
  }
}

interface Body {
  readonly shared: string;
  readonly life: string;
  /** For all who are told nothing of their own: one object. */
  readonly frame: Frame;
}

type Bodies = Map<Revision, Body | null>;

/** What is for this follower only; null where an earlier outcome is missing. */
function ownOf(follower: Subscription, news: readonly CommitNews[]): Own | null {
  const outcomes = [];
  const conflicts = new Map<string, Conflict>();
  let told = follower.told;
  for (const { settled, conflicts: found } of news) {
    for (const conflict of found.get(follower.actor.account) ?? []) {
      conflicts.delete(conflict.id);
      conflicts.set(conflict.id, conflict);
    }
    const mine = follower.stream === null ? undefined : settled.get(follower.stream);
    if (mine === undefined || mine.upTo <= told) continue;
    if (mine.after > told) return null;
    for (const settledChange of mine.outcomes) if (settledChange.n > told) outcomes.push(settledChange);
    told = mine.upTo;
  }
  const isSettling = follower.stream !== null && told > follower.told;
  if (!isSettling && conflicts.size === 0) return NOTHING_OWN;
  const settled =
    isSettling && follower.stream !== null
      ? { stream: follower.stream, after: follower.told, upTo: told, outcomes }
      : null;
  return { settled, conflicts: [...conflicts.values()] };
}
