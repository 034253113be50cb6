/**
 * The other end of the conversation, just large enough for stories about a device: one workspace in memory, judged by the
 * protocol's own rules, streams that count once, conflicts, snapshots, and a way to be put back to an earlier state.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  addToSum,
  type Actor,
  type Change,
  type ClientMessage,
  type Conflict,
  type ConflictId,
  type Content,
  type Delta,
  digestText,
  type Element,
  type ElementId,
  EMPTY_SUM,
  type Epoch,
  type FieldWrite,
  judge,
  type Manifest,
  type Outcome,
  parseJson,
  PLACE,
  type Position,
  printJson,
  readGroup,
  type ServerMessage,
  type SkeletonEntry,
  type Stamp,
  type StreamId,
  type Sum,
  WaypostError,
  wayOf,
  wireElement,
  wirePatch,
  type WorkspaceId,
  type WorkspaceInfo,
  writeGroup,
} from '@waypost/protocol';
import type { Connection, ConnectionHandlers, Fetcher, Transport } from '../engine/ports.ts';
import { schemas } from './kinds.ts';

interface Stream {
  settled: number;
  readonly outcomes: Map<number, Outcome>;
}

interface State {
  epoch: Epoch;
  restored: number;
  head: number;
  elements: Map<ElementId, Element>;
  gone: Map<ElementId, number>;
  streams: Map<StreamId, Stream>;
  conflicts: Map<ConflictId, Conflict>;
}

type DeltaElements = Delta['elements'];

export class LittleServer {
  readonly info: WorkspaceInfo = {
    id: id('workspace') as WorkspaceId,
    name: 'Ours',
    kind: 'personal',
    role: 'administrator',
  };
  readonly heard: ClientMessage[] = [];
  readonly said: ServerMessage[] = [];
  readonly requests: string[] = [];
  /** Up to so many elements come inline; beyond, a device is told to take a snapshot. */
  inlineMax = 300;
  /** Elements whose data is longer are sent by reference. */
  wholeMax = Number.POSITIVE_INFINITY;
  /** Sends only the groups above the cursor where the device holds the rest. */
  patches = true;
  /** Elements in one page of a delta. */
  pageMax = Number.POSITIVE_INFINITY;
  reachable = true;
  socketsBlocked = false;
  /** Takes no notice of what arrives, like a line that is half open. */
  deaf = false;
  /** Refuses as many requests to follow: there were too many. */
  busy = 0;
  /** Its disk is full: nothing can be taken. */
  full = false;
  state: State = {
    ...{ epoch: 'first' as Epoch, restored: 0, head: 0, elements: new Map(), gone: new Map() },
    ...{ streams: new Map(), conflicts: new Map() },
  };
  #lines = new Set<Line>();
  #made = 0;

  transport(actor: Actor, name: Transport['name'] = 'websocket'): Transport {
    return {
      name,
      connect: (handlers) => {
        const line = new Line(this, actor, handlers);
        const isOpen = this.reachable && !(name === 'websocket' && this.socketsBlocked);
        void Promise.resolve().then(() => {
          if (isOpen) {
            this.#lines.add(line);
            handlers.opened();
          } else {
            handlers.closed({ code: 'offline', detail: 'The server cannot be reached.' });
          }
        });
        return line;
      },
    };
  }

  get connections(): number {
    return this.#lines.size;
  }

  /** Every connection breaks, and none can be made until {@link returns}. */
  goesAway(): void {
    this.reachable = false;
    for (const line of [...this.#lines]) line.broken();
  }

  returns(): void {
    this.reachable = true;
  }

  /** Connections break; new ones can be made. */
  hangsUp(): void {
    for (const line of [...this.#lines]) line.broken();
  }

  say(message: ServerMessage): void {
    for (const line of this.#lines) line.say(message);
  }

  /** A delta that says nothing but what is given; `over` one connection, counted from the oldest, or over all. */
  saysDelta({ over, ...delta }: Pick<Delta, 'from' | 'to'> & Partial<Delta> & { readonly over?: number }): void {
    const lines = [...this.#lines];
    for (const line of over === undefined ? lines : lines.slice(over, over + 1)) {
      line.say({
        ...{ type: 'delta', workspace: this.info.id, epoch: this.state.epoch, life: 'x', more: false, sum: null },
        ...{ elements: [], gone: [], names: {}, own: NOTHING },
        ...delta,
      });
    }
  }

  backup(): State {
    return copyOf(this.state);
  }

  /** As an operator does it: the database is an earlier one, and a new epoch begins. */
  restore(backup: State): void {
    this.state = {
      ...copyOf(backup),
      epoch: `after ${backup.head}, ${this.state.epoch}` as Epoch,
      restored: backup.head,
    };
    this.hangsUp();
  }

  /** What another device of the same person, without a name here, does at once. */
  does(actor: Actor, writes: Change['writes']): Outcome {
    const before = this.state.head;
    const outcome = this.#judgeAll(actor, writes);
    this.#tellAll(before);
    return outcome;
  }

  get sum(): Sum {
    let sum = EMPTY_SUM;
    for (const { id: element, revision } of this.state.elements.values()) sum = addToSum(sum, element, revision);
    return sum;
  }

  fetcher(): Fetcher {
    return {
      get: async (path) => this.#get(path),
      post: async (path, body) => this.#post(path, body),
    };
  }

  hear(line: Line, message: ClientMessage): void {
    if (this.deaf) return;
    this.heard.push(message);
    switch (message.type) {
      case 'hello':
        line.say({
          ...{ type: 'welcome', protocol: 1, workspaces: [this.info] },
          account: { id: line.actor.account, email: 'us@example.org' },
          device: { id: line.actor.device, name: 'device' },
        });
        for (const position of message.positions) this.#follow(line, position);
        break;
      case 'follow':
        if (this.busy > 0) line.say(error('rate-limited', this.info.id, null));
        else this.#follow(line, message.position);
        this.busy = Math.max(0, this.busy - 1);
        break;
      case 'push': {
        if (this.full) {
          line.say(error('storage-full', this.info.id, null));
          return;
        }
        if (message.epoch !== this.state.epoch) {
          line.say(error('wrong-epoch', this.info.id, null));
          return;
        }
        const answer = this.push(line.actor, message.stream, message.changes);
        if (answer === 'gap') {
          line.say(error('stream-gap', this.info.id, this.state.streams.get(message.stream)?.settled ?? 0));
          return;
        }
        line.say({ type: 'received', workspace: this.info.id, stream: message.stream, upTo: answer });
        break;
      }
      case 'have':
        break;
      case 'ping':
        line.say({ type: 'pong' });
        break;
    }
  }

  push(actor: Actor, streamId: StreamId, changes: readonly Change[]): number | 'gap' {
    const stream = this.state.streams.get(streamId) ?? { settled: 0, outcomes: new Map<number, Outcome>() };
    this.state.streams.set(streamId, stream);
    const before = this.state.head;
    for (const { n, writes } of changes) {
      if (n <= stream.settled) continue;
      if (n !== stream.settled + 1) return 'gap';
      stream.outcomes.set(n, this.#judgeAll(actor, writes));
      stream.settled = n;
    }
    this.#tellAll(before);
    return stream.settled;
  }

  closed(line: Line): void {
    this.#lines.delete(line);
  }

  // ---- Telling

  #follow(line: Line, position: Position): void {
    const { epoch, restored, head, streams } = this.state;
    line.stream = position.stream;
    line.told = position.have;
    if (position.epoch === epoch && position.cursor <= head) {
      this.#sendDelta(line, position.cursor, position.have);
      return;
    }
    const settled =
      position.stream === null ? null : { stream: position.stream, upTo: streams.get(position.stream)?.settled ?? 0 };
    const reason = position.epoch === null ? 'first' : position.epoch === epoch ? 'future' : 'epoch';
    line.following = false;
    const inline = reason === 'first' && this.state.elements.size <= this.inlineMax;
    line.say({ type: 'reset', workspace: this.info.id, epoch, reason, restored, settled, inline });
    if (inline) this.#sendDelta(line, 0, position.have);
  }

  #sendDelta(line: Line, from: number, have: number): void {
    const pages = this.#pages(from);
    for (const [at, page] of pages.entries()) {
      const isLast = at === pages.length - 1;
      line.say({
        ...page,
        sum: isLast ? this.sum : null,
        more: !isLast,
        own: isLast ? this.#own(line, from, have) : NOTHING,
      });
    }
    line.following = true;
    line.cursor = this.state.head;
    if (line.stream !== null) line.told = Math.max(line.told, this.state.streams.get(line.stream)?.settled ?? 0);
  }

  #pages(from: number): Omit<Delta, 'sum' | 'more' | 'own'>[] {
    const { epoch, head } = this.state;
    const changed = [...this.state.elements.values()]
      .filter(({ revision }) => revision > from)
      .sort((a, b) => a.revision - b.revision);
    const gone = [...this.state.gone].filter(([, revision]) => revision > from);
    const base = { type: 'delta' as const, workspace: this.info.id, epoch, names: {} };
    const pages: Omit<Delta, 'sum' | 'more' | 'own'>[] = [];
    let at = from;
    while (changed.length > this.pageMax) {
      const page = changed.splice(0, this.pageMax);
      const to = page.at(-1)?.revision ?? at;
      pages.push({
        ...base,
        life: `${epoch} ${to}`,
        from: at,
        to,
        elements: page.map((one) => this.#wire(one, from)),
        gone: [],
      });
      at = to;
    }
    pages.push({
      ...base,
      life: `${epoch} ${head}`,
      from: at,
      to: head,
      elements: changed.map((one) => this.#wire(one, from)),
      gone,
    });
    return pages;
  }

  #wire(element: Element, from: number): DeltaElements[number] {
    const isHeld = element.created.revision <= from && from > 0;
    if (isHeld && this.patches) {
      const schema = schemas(element.kind);
      const groups = Object.keys(element.stamps).filter(
        (group) => (element.stamps[group]?.revision ?? 0) > from && !group.startsWith('@'),
      );
      const content = { data: parseJson(element.data), rows: element.rows };
      return wirePatch(
        element,
        groups.map((group) => [group, readGroup(schema, content, group)] as const),
      );
    }
    const whole = wireElement(element);
    if (element.data.length <= this.wholeMax) return whole;
    const { data, rows: _rows, origin: _origin, ...meta } = whole;
    return { ...meta, bytes: data.length };
  }

  #own(line: Line, from: number, have: number): Delta['own'] {
    const stream = line.stream === null ? undefined : this.state.streams.get(line.stream);
    const conflicts = [...this.state.conflicts.values()].filter(
      ({ revision, mine }) => revision > from && mine.account === line.actor.account,
    );
    if (line.stream === null || stream === undefined || stream.settled <= have)
      return { settled: null, conflicts } as unknown as Delta['own'];
    const outcomes = [...stream.outcomes]
      .filter(([n, outcome]) => n > have && !(outcome.kind === 'applied' && outcome.adjusted.length === 0))
      .map(([n, outcome]) => ({ n, outcome }));
    return {
      settled: { stream: line.stream, after: have, upTo: stream.settled, outcomes },
      conflicts,
    } as unknown as Delta['own'];
  }

  #tellAll(before: number): void {
    for (const line of this.#lines) {
      if (!line.following) continue;
      const settles = line.stream !== null && (this.state.streams.get(line.stream)?.settled ?? 0) > line.told;
      if (this.state.head > before || settles) this.#sendDelta(line, line.cursor, line.told);
    }
  }

  // ---- Judging

  #judgeAll(actor: Actor, writes: Change['writes']): Outcome {
    const saved = copyOf(this.state);
    this.state.head += 1;
    const outcomes = writes.map((write) => this.#judge(actor, write));
    const refused = outcomes.find(({ kind }) => kind === 'rejected');
    if (refused !== undefined || outcomes.every(({ kind }) => kind === 'noop')) {
      this.state = { ...saved, streams: this.state.streams };
      return refused ?? { kind: 'noop' };
    }
    return (
      outcomes.find(({ kind }) => kind === 'conflict') ??
      outcomes.find(({ kind }) => kind !== 'noop') ?? { kind: 'noop' }
    );
  }

  #judge(actor: Actor, write: Change['writes'][number]): Outcome {
    const { head: revision, elements } = this.state;
    const stamp: Stamp = { revision, author: actor.device };
    const put = (element: Element): Outcome => {
      elements.set(element.id, { ...element, revision, by: actor, at: revision });
      return APPLIED;
    };
    switch (write.op) {
      case 'create': {
        if (elements.has(write.id)) return { kind: 'noop' };
        const { op: _op, ...made } = write;
        return put({ ...made, revision, created: stamp, stamps: {}, trashed: null, by: actor, at: revision });
      }
      case 'set':
        return this.#set(actor, write.id, write.fields);
      case 'move': {
        const element = elements.get(write.id);
        if (element === undefined) return { kind: 'noop' };
        for (let at: ElementId | null = write.parent; at !== null; at = elements.get(at)?.parent ?? null) {
          if (at === write.id) return { kind: 'rejected', code: 'cycle' };
        }
        if (write.parent !== null && elements.get(write.parent)?.trashed !== null)
          return { kind: 'rejected', code: 'no-parent' };
        return put({
          ...element,
          parent: write.parent,
          order: write.order,
          stamps: { ...element.stamps, [PLACE]: stamp },
        });
      }
      case 'delete': {
        const element = elements.get(write.id);
        if (element === undefined || element.trashed !== null) return { kind: 'noop' };
        const foreign = [element.created, ...Object.values(element.stamps)].some(
          (one) => one.revision > write.cursor && one.author !== actor.device,
        );
        if (foreign) return this.#park(actor, element, 'changed-since', []);
        return put({ ...element, trashed: { revision, by: actor, at: revision } });
      }
      case 'restore': {
        const element = elements.get(write.id);
        return element === undefined ? { kind: 'rejected', code: 'invalid' } : put({ ...element, trashed: null });
      }
      case 'purge':
        if (!elements.delete(write.id)) return { kind: 'noop' };
        this.state.gone.set(write.id, revision);
        return APPLIED;
      case 'close': {
        const conflict = this.state.conflicts.get(write.conflict);
        // [PL9] What this change itself set aside stays open.
        const isNew = conflict?.revision === revision && conflict.type === 'changed-since';
        if (conflict === undefined || isNew) return { kind: 'noop' };
        const { groups } = write;
        const fields = conflict.fields.filter(
          (field) => field.revision === revision || (groups !== null && !groups.includes(field.group)),
        );
        this.state.conflicts.set(conflict.id, {
          ...conflict,
          fields,
          revision,
          closed: fields.length === 0 ? write.resolution : null,
        });
        return APPLIED;
      }
      case 'park': {
        const theirs = elements.get(write.id)?.by ?? actor;
        const { id: element, conflict, type, fields } = write;
        this.state.conflicts.set(conflict, {
          id: conflict,
          element,
          type,
          fields,
          mine: actor,
          theirs,
          at: 0,
          revision,
          closed: null,
        });
        return { kind: 'conflict', conflicts: [conflict], groups: [] };
      }
      case 'resend': {
        const { groups: _groups, created: _created, ...made } = write.element;
        return put({ ...made, revision, created: stamp, stamps: {}, trashed: null, by: actor, at: revision });
      }
    }
  }

  #set(actor: Actor, target: ElementId, fields: readonly FieldWrite[]): Outcome {
    const element = this.state.elements.get(target);
    const { head: revision } = this.state;
    if (element === undefined) return this.#park(actor, null, 'deleted', fields, target);
    if (element.trashed !== null && element.trashed.by.device !== actor.device)
      return this.#park(actor, element, 'deleted', fields);
    const schema = schemas(element.kind);
    let content: Content = { data: parseJson(element.data), rows: element.rows };
    const stamps: Record<string, Stamp> = { ...element.stamps };
    const parked: FieldWrite[] = [];
    let outcome: Outcome = { kind: 'noop' };
    for (const field of fields) {
      const standing = {
        value: readGroup(schema, content, field.group),
        stamp: stamps[field.group] ?? element.created,
      };
      const verdict = judge(
        { way: wayOf(schema, field.group), base: field.base, mine: field.value, writer: actor.device },
        standing,
      );
      if (verdict.kind === 'noop') continue;
      const written = verdict.kind === 'conflict' ? 'blocked' : writeGroup(schema, content, field.group, verdict.value);
      if (written === 'blocked' || verdict.kind === 'conflict') {
        parked.push(field);
        continue;
      }
      content = written;
      stamps[field.group] = { revision, author: verdict.author };
      outcome = verdict.kind === 'merge' ? { kind: 'merged' } : APPLIED;
    }
    if (outcome.kind !== 'noop') {
      const { data, rows } = { data: printJson(content.data), rows: content.rows };
      this.state.elements.set(element.id, {
        ...element,
        data,
        rows,
        stamps,
        trashed: null,
        revision,
        by: actor,
        at: revision,
      });
    }
    return parked.length === 0 ? outcome : this.#park(actor, element, 'edit', parked);
  }

  #park(
    actor: Actor,
    element: Element | null,
    type: Conflict['type'],
    fields: readonly FieldWrite[],
    target?: ElementId,
  ): Outcome {
    const about = element?.id ?? target;
    if (about === undefined) throw new RangeError('A conflict is about an element.');
    // [PL7]
    const open = [...this.state.conflicts.values()].find(
      (one) => one.closed === null && one.element === about && one.type === type && one.mine.device === actor.device,
    );
    this.#made += 1;
    const parked = fields.map(({ group, base, value }) => ({
      ...{ group, mine: value, revision: this.state.head },
      base: 'text' in base.value ? base.value.text : null,
    }));
    const kept = (open?.fields ?? []).filter(({ group }) => !parked.some((field) => field.group === group));
    const conflict: Conflict = {
      ...{ id: open?.id ?? (id(`conflict ${this.#made}`) as ConflictId), element: about, type, mine: actor },
      ...{ theirs: element?.trashed?.by ?? element?.by ?? actor, at: 0, revision: this.state.head, closed: null },
      fields: [...kept, ...parked],
    };
    this.state.conflicts.set(conflict.id, conflict);
    return { kind: 'conflict', conflicts: [conflict.id], groups: fields.map(({ group }) => group) };
  }

  // ---- By HTTP

  #get(path: string): Uint8Array {
    this.requests.push(path);
    if (!this.reachable) throw new WaypostError('offline');
    const [, rest = ''] = path.split(`/api/workspaces/${this.info.id}/`);
    const { manifest, chunks } = this.#snapshot();
    if (rest === 'snapshot') return Buffer.from(JSON.stringify(manifest));
    if (rest.startsWith('snapshot/')) {
      const chunk = chunks.get(rest.slice('snapshot/'.length));
      if (chunk !== undefined) return chunk;
    }
    const element = this.state.elements.get(rest.slice('elements/'.length) as ElementId);
    if (element === undefined) throw new WaypostError('not-found');
    return Buffer.from(JSON.stringify(wireElement(element)));
  }

  #post(path: string, body: unknown): Uint8Array {
    this.requests.push(path);
    if (!this.reachable) throw new WaypostError('offline');
    if (path === '/api/sync/send') {
      const answers = (body as ClientMessage[]).map((message) => {
        if (message.type !== 'push') throw new Error('Only pushes are posted in these stories.');
        const [line] = this.#lines;
        const upTo = this.push(line?.actor as Actor, message.stream, message.changes);
        return { type: 'received', workspace: this.info.id, stream: message.stream, upTo: upTo === 'gap' ? 0 : upTo };
      });
      return Buffer.from(JSON.stringify(answers));
    }
    const all = [...this.state.elements.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const digests = all.map((element) => [element.id, sha256(digestText(element))] as const);
    if ('to' in (body as object)) return Buffer.from(JSON.stringify({ elements: digests }));
    const digest = sha256(digests.map(([, one]) => one).join(''));
    const pages = [{ after: null, to: all.at(-1)?.id ?? null, count: all.length, digest }];
    return Buffer.from(JSON.stringify({ epoch: this.state.epoch, head: this.state.head, pages }));
  }

  #snapshot(): { readonly manifest: Manifest; readonly chunks: ReadonlyMap<string, Uint8Array> } {
    const elements = [...this.state.elements.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    const chunks = new Map<string, Uint8Array>();
    const chunkOf = (values: readonly unknown[]): Manifest['bodies'][number] => {
      const raw = JSON.stringify(values);
      const bytes = gzipSync(raw);
      const hash = sha256(bytes);
      chunks.set(hash, bytes);
      return { hash, bytes: bytes.length, rawBytes: raw.length, count: values.length };
    };
    const skeleton = elements.map((element): SkeletonEntry => {
      const { name, detail } = schemas(element.kind).label(parseJson(element.data));
      return [
        element.id,
        element.kind,
        element.parent,
        element.order,
        name,
        detail,
        element.revision,
        element.trashed === null ? 0 : 1,
      ];
    });
    const bodies = [];
    for (let at = 0; at < elements.length; at += 10) bodies.push(chunkOf(elements.slice(at, at + 10).map(wireElement)));
    const { epoch, head } = this.state;
    return {
      manifest: {
        ...{
          workspace: this.info.id,
          epoch,
          life: `${epoch} ${head}`,
          head,
          count: elements.length,
          sum: this.sum,
          names: {},
        },
        ...{ skeleton: [chunkOf(skeleton)], bodies },
      },
      chunks,
    };
  }
}

class Line implements Connection {
  readonly actor: Actor;
  readonly #server: LittleServer;
  readonly #handlers: ConnectionHandlers;
  #open = true;
  stream: StreamId | null = null;
  following = false;
  cursor = 0;
  told = 0;

  constructor(server: LittleServer, actor: Actor, handlers: ConnectionHandlers) {
    this.#server = server;
    this.actor = actor;
    this.#handlers = handlers;
  }

  send(message: ClientMessage): void {
    const text = JSON.stringify(message);
    void Promise.resolve().then(() => {
      if (!this.#open) return;
      if (message.type === 'push' && this.stream !== message.stream) {
        this.stream = message.stream;
        this.told = 0;
      }
      this.#server.hear(this, JSON.parse(text) as ClientMessage);
    });
  }

  say(message: ServerMessage): void {
    this.#server.said.push(message);
    const copy = JSON.parse(JSON.stringify(message)) as ServerMessage;
    void Promise.resolve().then(() => {
      if (this.#open) this.#handlers.received(copy);
    });
  }

  bufferedBytes(): number {
    return 0;
  }

  broken(): void {
    if (!this.#open) return;
    this.close();
    this.#handlers.closed({ code: 'offline', detail: 'The connection broke.' });
  }

  close(): void {
    this.#open = false;
    this.#server.closed(this);
  }
}

const APPLIED: Outcome = { kind: 'applied', adjusted: [] };
const NOTHING: Delta['own'] = { settled: null, conflicts: [] };

function copyOf(state: State): State {
  return {
    ...state,
    elements: new Map(state.elements),
    gone: new Map(state.gone),
    streams: new Map(
      [...state.streams].map(([name, { settled, outcomes }]) => [name, { settled, outcomes: new Map(outcomes) }]),
    ),
    conflicts: new Map(state.conflicts),
  };
}

function error(code: string, workspace: WorkspaceId, upTo: number | null): ServerMessage {
  return { type: 'error', code, message: `It says ${code}.`, workspace, upTo };
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** An id that a name stands for. */
export function id(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
