/**
 * The feed: what a device at some cursor has missed, as current state. One read is one consistent snapshot; what does
 * not fit one frame comes in several, cut at whole revisions where one revision fits a frame, else inside it (then `to`
 * stays behind and the device, which shows nothing before `more: false`, notices nothing).
 */
import {
  type AccountId,
  type Actor,
  type ActorNames,
  type Conflict,
  DELTA_CHARS_MAX,
  DELTA_ELEMENTS_MAX,
  type Epoch,
  INLINE_ELEMENTS_MAX,
  type Position,
  type Revision,
  type Schemas,
  type ServerMessage,
  type StreamId,
  type WorkspaceId,
} from '@waypost/protocol';
import { devicesIn, encodeCommit, NOTHING_OWN, type Own, sharedText, utf8Bytes, withOwn } from './delta.ts';
import { byRevision, encodeRows, FrameCutter } from './frame-cutter.ts';
import type { Audience, CatchUp, CaughtUp, CommitNews, Feed, Frame, Mac, SettledNews } from './ports.ts';
import { judgePosition, sealCursor } from './rollback.ts';
import type { OutcomeRow, StoredRow, StreamRow, SyncReader, SyncStore, WorkspaceRow } from './store.ts';

/** Rows asked of the database at a time: a page may hold large ones, and all of them are in memory at once. */
const ROWS_PER_STEP = 100;
/** Pages kept for the next device at the same cursor: a deploy brings all devices back at once, from few cursors. */
const PAGES_KEPT_MAX = 32;
const PAGES_KEPT_CHARS_MAX = 8 * 1024 * 1024;

export interface FeedPorts {
  readonly store: SyncStore;
  readonly schemas: Schemas;
  readonly mac: Mac;
  /** Begins a new epoch where a position proves a rollback: `renewEpoch`, in whichever thread may write. */
  readonly renew: (workspace: WorkspaceId, position: Position) => Promise<void>;
}

export function createFeed(ports: FeedPorts): Feed {
  const pages = new PageCache();
  return {
    async catchUp(workspace, actor, position, held) {
      const first = await ports.store.read(workspace, (reader) =>
        catchUp(ports, pages, reader, { actor, position, held }),
      );
      if (first !== 'rolled-back') return first;
      await ports.renew(workspace, position);
      const second = await ports.store.read(workspace, (reader) =>
        catchUp(ports, pages, reader, { actor, position, held }),
      );
      if (second !== 'rolled-back') return second;
      throw new Error(`workspace ${workspace} was rolled back, and no new epoch began`);
    },
    news: (workspace, epoch, from, audience) =>
      ports.store.read(workspace, (reader) => newsAbove(ports, reader, { workspace, epoch, from, audience })),
  };
}

interface Asking {
  readonly actor: Actor;
  readonly position: Position;
  readonly held: Revision;
}

async function catchUp(
  ports: FeedPorts,
  pages: PageCache,
  reader: SyncReader,
  asking: Asking,
): Promise<CatchUp | 'rolled-back'> {
  const { actor, position } = asking;
  if (!(await reader.deviceActive(actor.device))) return { kind: 'signed-out' };
  const row = await reader.workspace();
  if (row === null || (await reader.membership(actor.account)) === null) return { kind: 'no-workspace' };
  const standing = judgePosition(ports.mac, row, position);
  if (standing.kind === 'rolled-back') return 'rolled-back';
  if (standing.kind === 'follows') {
    return { kind: 'delta', delta: await caughtUp(ports, pages, reader, { ...asking, row }) };
  }
  const stream = await ownStream(reader, actor, position.stream);
  const settled = position.stream === null ? null : { stream: position.stream, upTo: stream?.settled ?? 0 };
  const isInline = standing.reason === 'first' && row.elements <= INLINE_ELEMENTS_MAX;
  const frame = JSON.stringify({
    type: 'reset',
    workspace: row.id,
    epoch: row.epoch,
    reason: standing.reason,
    restored: standing.restored,
    settled,
    inline: isInline,
  } satisfies ServerMessage);
  const inline = isInline ? await everything(ports, reader, row, actor, position) : null;
  return { kind: 'reset', frame, epoch: row.epoch, inline };
}

async function caughtUp(
  ports: FeedPorts,
  pages: PageCache,
  reader: SyncReader,
  { actor, position, held, row }: Asking & { readonly row: WorkspaceRow },
): Promise<CaughtUp> {
  const { cursor } = position;
  const key = `${row.id} ${row.epoch} ${row.head} ${row.floor} ${cursor} ${held}`;
  let shared = pages.get(key);
  if (shared === undefined) {
    shared = await readPages(ports, reader, { row, cursor, held });
    pages.put(key, shared);
  }
  return withOwnPart(reader, { row, actor, position, shared });
}

/** A device that holds nothing gets everything there is; what is gone it never had. */
async function everything(
  ports: FeedPorts,
  reader: SyncReader,
  row: WorkspaceRow,
  actor: Actor,
  position: Position,
): Promise<CaughtUp> {
  const elements = await reader.elementsAfter(null, INLINE_ELEMENTS_MAX + 1);
  const cutter = new FrameCutter(0);
  for (const rows of byRevision(elements.toSorted(byRevisionThenId))) cutter.add(encodeRows(ports.schemas, rows, 0));
  const shared = await frameTexts(ports, reader, { row, cutter, rows: elements, to: row.head, more: false });
  return withOwnPart(reader, { row, actor, position: { ...position, cursor: 0, conflicts: 0 }, shared });
}

/** The shared part of one or more frames. */
interface SharedPages {
  readonly from: Revision;
  readonly to: Revision;
  readonly more: boolean;
  readonly life: string;
  /** As they are for a device that is told nothing of its own: the same objects for all of them. */
  readonly frames: readonly Frame[];
  /** The last of them, open for what is a device's own. */
  readonly lastText: string;
  /** An empty frame at `to`, to carry what is a device's own and does not fit. */
  readonly last: { readonly life: string; readonly from: Revision };
  readonly isEmpty: boolean;
}

async function readPages(
  ports: FeedPorts,
  reader: SyncReader,
  { row, cursor, held }: { readonly row: WorkspaceRow; readonly cursor: Revision; readonly held: Revision },
): Promise<SharedPages> {
  const cutter = new FrameCutter(cursor);
  const rows: StoredRow[] = [];
  let at = cursor;
  let more = at < row.head;
  while (more && cutter.chars < DELTA_CHARS_MAX && cutter.count < DELTA_ELEMENTS_MAX) {
    const step = await reader.changedAbove(at, ROWS_PER_STEP);
    for (const revision of byRevision(step)) cutter.add(encodeRows(ports.schemas, revision, held));
    for (const changed of step) rows.push(changed);
    at = step.at(-1)?.revision ?? row.head;
    more = step.length >= ROWS_PER_STEP && at < row.head;
  }
  return frameTexts(ports, reader, { row, cutter, rows, to: more ? at : row.head, more });
}

async function frameTexts(
  ports: FeedPorts,
  reader: SyncReader,
  read: {
    readonly row: WorkspaceRow;
    readonly cutter: FrameCutter;
    readonly rows: readonly StoredRow[];
    readonly to: Revision;
    readonly more: boolean;
  },
): Promise<SharedPages> {
  const { row, cutter, to, more } = read;
  const names = await namesOf(reader, read.rows, []);
  const frames = cutter.finish(to);
  const texts = frames.map((frame, at) => {
    const isLast = at === frames.length - 1;
    return sharedText({
      workspace: row.id,
      epoch: row.epoch,
      life: sealCursor(ports.mac, row, frame.to),
      from: frame.from,
      to: frame.to,
      elements: frame.elements,
      gone: frame.gone,
      names: at === 0 ? names : {},
      sum: isLast && !more ? row.sum : null,
      more: more || !isLast,
    });
  });
  const life = sealCursor(ports.mac, row, to);
  const last = frames.at(-1)?.from ?? to;
  return {
    from: cutter.from,
    to,
    more,
    life,
    frames: texts.map((text) => ({ text: withOwn(text, NOTHING_OWN), urgent: true })),
    lastText: texts.at(-1) ?? '',
    last: { life: sealCursor(ports.mac, row, last), from: last },
    isEmpty: cutter.count === 0,
  };
}

/** Adds what only this device is told. It is settled at the end, when the device holds all that was settled over. */
async function withOwnPart(
  reader: SyncReader,
  told: {
    readonly row: WorkspaceRow;
    readonly actor: Actor;
    readonly position: Position;
    readonly shared: SharedPages;
  },
): Promise<CaughtUp> {
  const { row, actor, position, shared } = told;
  const known = position.conflicts ?? position.cursor;
  const since = row.head > known ? await reader.conflictsAbove(actor.account, known) : [];
  // Whoever knows of none has nothing to close.
  const above = known === 0 ? since.filter(({ closed }) => closed === null) : since;
  const conflicts = shared.more ? above.filter(({ revision }) => revision <= shared.to) : above;
  const stream = shared.more ? null : await ownStream(reader, actor, position.stream);
  const isSettling = stream !== null && stream.settled > position.have;
  const outcomes = isSettling ? await reader.outcomesAbove(stream.id, position.have) : [];
  const [last, ...extra] = ownParts(
    conflicts,
    isSettling ? { stream, after: position.have, outcomes } : null,
  ).toReversed();
  const isNews = !shared.isEmpty || shared.to > position.cursor || isSettling || conflicts.length > 0;
  const frame = (text: string, own: Own): Frame => ({ text: withOwn(text, own), urgent: isNews });
  const frames = shared.frames.slice(0, -1);
  const names = await namesOf(reader, [], conflicts);
  const carrier = sharedText({
    workspace: row.id,
    epoch: row.epoch,
    life: shared.last.life,
    from: shared.last.from,
    to: shared.last.from,
    elements: [],
    gone: [],
    names,
    sum: null,
    more: true,
  });
  if (Object.keys(names).length > 0 && extra.length === 0) frames.push(frame(carrier, NOTHING_OWN));
  for (const own of extra.toReversed()) frames.push(frame(carrier, own));
  const whole = shared.frames.at(-1);
  const isShared = isNews && (last === undefined || last === NOTHING_OWN);
  frames.push(isShared && whole !== undefined ? whole : frame(shared.lastText, last ?? NOTHING_OWN));
  return {
    frames,
    epoch: row.epoch,
    life: shared.life,
    to: shared.to,
    more: shared.more,
    settled: shared.more ? null : (stream?.settled ?? null),
  };
}

/** A device's own part in pieces that fit a frame each; most often one. */
function ownParts(
  conflicts: readonly Conflict[],
  settling: { readonly stream: StreamRow; readonly after: number; readonly outcomes: readonly OutcomeRow[] } | null,
): Own[] {
  const parts: Own[] = [];
  for (const some of byBytes(conflicts)) parts.push({ settled: null, conflicts: some });
  if (settling !== null) {
    const { stream, outcomes } = settling;
    let { after } = settling;
    const pieces = byBytes(outcomes.map(({ n, outcome }) => ({ n, outcome })));
    if (pieces.length === 0) pieces.push([]);
    pieces.forEach((piece, at) => {
      const upTo = at === pieces.length - 1 ? stream.settled : (piece.at(-1)?.n ?? stream.settled);
      parts.push({ settled: { stream: stream.id, after, upTo, outcomes: piece }, conflicts: [] });
      after = upTo;
    });
  }
  const [first, second] = parts;
  // The usual case, one of each, in one.
  if (parts.length === 2 && first?.settled === null && second?.settled)
    return [{ ...second, conflicts: first.conflicts }];
  return parts.length === 0 ? [NOTHING_OWN] : parts;
}

const OWN_BYTES_MAX = 48 * 1024;

function byBytes<Item>(items: readonly Item[]): Item[][] {
  const pieces: Item[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = utf8Bytes(JSON.stringify(item));
    if (bytes + size > OWN_BYTES_MAX) {
      pieces.push([]);
      bytes = 0;
    }
    pieces.at(-1)?.push(item);
    bytes += size;
  }
  return pieces;
}

/** What a hint announced, read once for all who follow. */
async function newsAbove(
  ports: FeedPorts,
  reader: SyncReader,
  asked: {
    readonly workspace: WorkspaceId;
    readonly epoch: Epoch;
    readonly from: Revision;
    readonly audience: Audience;
  },
): Promise<CommitNews | null> {
  const { from, audience } = asked;
  const row = await reader.workspace();
  if (row === null || row.epoch !== asked.epoch || from > row.head || from < row.floor) return null;
  const rows = await reader.changedAbove(from, DELTA_ELEMENTS_MAX + 1);
  if (rows.length > DELTA_ELEMENTS_MAX) return null;
  const conflicts = new Map<AccountId, readonly Conflict[]>();
  for (const account of row.head > from ? audience.accounts : []) {
    const above = await reader.conflictsAbove(account, from);
    if (above.length > 0) conflicts.set(account, above);
  }
  const names = await namesOf(reader, rows, [...conflicts.values()].flat());
  const shared = encodeCommit({ schemas: ports.schemas, mac: ports.mac, workspace: row, from, rows, names });
  if (shared === null) return null;
  const settled = new Map<StreamId, SettledNews>();
  const streams = new Map(
    (await reader.streams(audience.streams.map(({ stream }) => stream))).map((stream) => [stream.id, stream]),
  );
  for (const { stream: id, device, settled: after } of audience.streams) {
    const stream = streams.get(id);
    if (stream === undefined || stream.device !== device || stream.settled <= after) continue;
    const outcomes = (await reader.outcomesAbove(id, after)).map(({ n, outcome }) => ({ n, outcome }));
    settled.set(id, { stream: id, after, upTo: stream.settled, outcomes });
  }
  return { workspace: row.id, epoch: row.epoch, from, to: row.head, shared, settled, conflicts };
}

/** The device's stream, or null: nobody is told of another's. */
async function ownStream(reader: SyncReader, actor: Actor, id: StreamId | null): Promise<StreamRow | null> {
  if (id === null) return null;
  const [stream] = await reader.streams([id]);
  return stream !== undefined && stream.device === actor.device ? stream : null;
}

async function namesOf(
  reader: SyncReader,
  rows: readonly StoredRow[],
  conflicts: readonly Conflict[],
): Promise<ActorNames> {
  const devices = devicesIn(rows, conflicts);
  return devices.length === 0 ? {} : reader.names(devices);
}

function byRevisionThenId(a: StoredRow, b: StoredRow): number {
  return a.revision - b.revision || (a.id < b.id ? -1 : 1);
}

/** Pages by what they are a pure function of; the least recently used go first. */
class PageCache {
  readonly #pages = new Map<string, SharedPages>();
  #chars = 0;

  get(key: string): SharedPages | undefined {
    const page = this.#pages.get(key);
    if (page === undefined) return undefined;
    this.#pages.delete(key);
    this.#pages.set(key, page);
    return page;
  }

  put(key: string, page: SharedPages): void {
    const chars = sizeOf(page);
    if (this.#pages.has(key) || page.isEmpty || chars > PAGES_KEPT_CHARS_MAX / 4) return;
    this.#pages.set(key, page);
    this.#chars += chars;
    for (const [oldest, old] of this.#pages) {
      if (this.#pages.size <= PAGES_KEPT_MAX && this.#chars <= PAGES_KEPT_CHARS_MAX) break;
      this.#pages.delete(oldest);
      this.#chars -= sizeOf(old);
    }
  }
}

function sizeOf(page: SharedPages): number {
  return page.frames.reduce((sum, { text }) => sum + text.length, page.lastText.length);
}
