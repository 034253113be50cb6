/** Sending what waits in the outbox, and hearing why it was not taken. */
import {
  type ClientMessage,
  type ErrorCode,
  ERRORS,
  FRAME_BYTES_MAX,
  isErrorCode,
  type ServerMessage,
  serverMessageSchema,
} from '@waypost/protocol';
import { textOf } from './utf8.ts';
import { asWaypostError, type WorkspaceCore } from './workspace-core.ts';

type Answer = Extract<ServerMessage, { type: 'received' | 'error' }>;

export interface PusherEvents {
  /** Membership ended, or the workspace did. */
  expelled(): void;
  /** What the server settled of the stream, and what this device believes, cannot both be right. */
  streamParted(): Promise<void>;
}

/** Larger pushes are posted: gzip makes a third of most, but not of all. */
const SOCKET_PUSH_BYTES_MAX = FRAME_BYTES_MAX - 32 * 1024;
/** After the server could not take a push. */
const PAUSE_MS = 1_000;

export class Pusher {
  readonly #core: WorkspaceCore;
  readonly #events: PusherEvents;
  #marking = false;
  #posting = false;

  constructor(core: WorkspaceCore, events: PusherEvents) {
    this.#core = core;
    this.#events = events;
  }

  /** Sends what there is to send and room for. */
  pump(): void {
    const { host, state, sender, id, closed } = this.#core;
    const link = host.link();
    const { outbox, replica } = state;
    if (link === null || closed || replica.record.epoch === null || outbox.stream === null) return;
    while (!this.#posting && !this.#marking) {
      const room = { onePushAtATime: link.transport === 'http', bufferedBytes: link.bufferedBytes() };
      const batch = sender.next(outbox.entries, room);
      if (batch.length === 0) return;
      if (!batch.every((entry) => outbox.isMarked(entry))) {
        this.#marking = true;
        this.#core.inLane(() => this.#mark());
        return;
      }
      sender.sent(batch);
      const changes = batch.map(({ n, writes }) => ({ n, writes: [...writes] }));
      const { epoch } = replica.record;
      // Messages are typed as what parsing makes of them, which is not readonly.
      const push = { type: 'push', workspace: id, epoch, stream: outbox.stream, changes } as unknown as ClientMessage;
      const bytes = batch.reduce((sum, entry) => sum + entry.bytes, 0);
      if (link.transport === 'websocket' && bytes > SOCKET_PUSH_BYTES_MAX) void this.#post(push);
      else link.send(push);
    }
  }

  disconnected(): void {
    this.#core.sender.end();
    this.#posting = false;
  }

  received(message: Extract<Answer, { type: 'received' }>): void {
    if (message.stream === this.#core.state.outbox.stream) this.#core.sender.received(message.upTo);
    this.#core.overcome();
    this.pump();
  }

  /** Not in the lane: where membership is given back a moment later, the word of that must not come before this one. */
  expelled({ message }: Extract<Answer, { type: 'error' }>): void {
    const { host, info, sender } = this.#core;
    host.note(`The server refused something of "${info.name}": ${message}`);
    sender.end();
    this.#events.expelled();
    host.changed();
  }

  /** In the lane. Any but `no-workspace`. */
  async takeError({ code, message, upTo }: Extract<Answer, { type: 'error' }>): Promise<void> {
    const { host, info, state, sender } = this.#core;
    const known: ErrorCode = isErrorCode(code) ? code : 'internal';
    host.note(`The server refused something of "${info.name}": ${message}`);
    if (known === 'stream-gap' && upTo !== null) {
      // Another push before it was refused, too, and the stream is a new one since.
      if (!sender.ready || upTo >= state.outbox.next) return;
      const [first] = state.outbox.entries;
      // What the server lacks was settled here, or it would be in the outbox: its stream is not this one any more.
      const parted = upTo < state.replica.record.settled || (first !== undefined && upTo + 1 < first.n);
      if (parted) await this.#events.streamParted();
      else sender.begin(upTo);
      this.pump();
      return;
    }
    sender.end();
    if (known === 'rate-limited' && !this.#core.current) {
      // Refused was what asks where this workspace stands, and nobody else will ask again.
      host.ports.scheduler.after(PAUSE_MS * (1 + host.ports.chance.number()), () => this.#followAgain());
    } else if (known !== 'wrong-epoch') {
      // A new epoch announces itself by a reset. Anything else is tried again after a while, or needs a person.
      if (ERRORS[known].retry) this.#core.hindered(known, message);
      else this.#core.error = { code: known, message };
      host.ports.scheduler.after(PAUSE_MS * (1 + host.ports.chance.number()), () => this.#pushAgain());
    }
    host.changed();
  }

  #followAgain(): void {
    if (!this.#core.current && !this.#core.closed) this.#core.follow();
  }

  #pushAgain(): void {
    const { current, sender, error, closed, state } = this.#core;
    if (!current || sender.ready || error !== null || closed) return;
    sender.begin(state.replica.record.settled);
    this.pump();
  }

  /** Whatever may be sent from now on is never replaced, by any process: that is on disk before anything is sent. */
  async #mark(): Promise<void> {
    try {
      const { outbox } = this.#core.state;
      const last = outbox.entries.at(-1);
      if (last === undefined) return;
      const { writes, expect } = outbox.mark(last.n);
      const receipt = await this.#core.commit({ writes, expect }, 'strict');
      if (receipt.kind === 'refused') await this.#core.load();
      else outbox.sentUpTo = last.n;
    } finally {
      this.#marking = false;
    }
    this.pump();
  }

  /** A push that no frame can hold goes by HTTP; nothing else is sent before it is answered. */
  async #post(push: ClientMessage): Promise<void> {
    this.#posting = true;
    try {
      const answers: unknown = JSON.parse(textOf(await this.#core.host.ports.fetcher.post('/api/sync/send', [push])));
      for (const answer of Array.isArray(answers) ? answers : []) {
        const message = serverMessageSchema.safeParse(answer);
        if (!message.success) continue;
        const { data } = message;
        if (data.type === 'received') this.received(data);
        else if (data.type === 'error' && data.code === 'no-workspace') this.expelled(data);
        else if (data.type === 'error') this.#core.inLane(() => this.takeError(data));
      }
    } catch (error) {
      this.#core.host.interrupt(asWaypostError(error));
    } finally {
      this.#posting = false;
    }
    this.pump();
  }
}
