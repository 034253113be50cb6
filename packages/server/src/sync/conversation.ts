/**
 * A device's talk with the server, whatever carries it: hello, welcome, then for each workspace what was missed and what
 * happens; the device's pushes, and the answer once they are durable. Stands between the parts and decides nothing about
 * content.
 */
import {
  type Actor,
  type ClientMessage,
  type ErrorCode,
  ERRORS,
  type Position,
  PROTOCOL_FLOOR,
  PROTOCOL_VERSION,
  type ServerMessage,
  WaypostError,
  type WorkspaceId,
  type WorkspaceInfo,
} from '@waypost/protocol';
import type { ChangeBudget } from './change-budget.ts';
import type { Hub, Participant } from './hub.ts';
import type { Accounts, Acknowledger, Authentication, Committer, Feed, Scheduler, Wire } from './ports.ts';
import { Subscription } from './subscription.ts';
import { troubleOf } from './trouble.ts';

/** Messages that may come behind a hello that is still being looked at; a device that sends more is not one of ours. */
const EARLY_MESSAGES_MAX = 64;
/** In changes: what a catch-up takes of the server. */
const FOLLOWING_COSTS = 20;
/** After an error of the storage. */
const RETRY_MS = 1_000;

export interface ConversationPorts {
  readonly accounts: Accounts;
  readonly committer: Committer;
  readonly feed: Feed;
  readonly hub: Hub;
  readonly acknowledger: Acknowledger;
  readonly budget: ChangeBudget;
  readonly scheduler: Scheduler;
  /** A broken invariant or a failing storage, for the log. */
  readonly failed: (error: unknown) => void;
}

type Hello = Extract<ClientMessage, { type: 'hello' }>;
export type Push = Extract<ClientMessage, { type: 'push' }>;

export class Conversation {
  readonly #ports: ConversationPorts;
  readonly #wire: Wire;
  /** Told whenever {@link isCatchingUp} may have changed. */
  readonly #moved: () => void;
  #state: 'new' | 'greeting' | 'open' | 'over' = 'new';
  #early: ClientMessage[] = [];
  #actor: Actor | null = null;
  #participant: Participant | null = null;
  /** Null while they are read. */
  #told: readonly WorkspaceInfo[] | null = null;
  /** Counts what was heard of changes of membership. */
  #changes = 0;
  readonly #subscriptions = new Map<WorkspaceId, Subscription>();

  constructor(ports: ConversationPorts, wire: Wire, moved: () => void = () => undefined) {
    this.#ports = ports;
    this.#wire = wire;
    this.#moved = moved;
  }

  /** Whether the device has not yet been told where all it follows stands. */
  get isCatchingUp(): boolean {
    if (this.#state === 'new' || this.#state === 'greeting') return true;
    return [...this.#subscriptions.values()].some((subscription) => subscription.isCatchingUp);
  }

  /** Resolves when the message needs no more memory: a push when it is answered. Never rejects. */
  async handle(message: ClientMessage): Promise<void> {
    if (this.#state === 'over') return;
    if (this.#state === 'new') {
      if (message.type === 'hello') await this.#greet(message);
      else this.#fail('bad-message', 'A conversation begins with hello.');
    } else if (this.#state === 'greeting') {
      this.#early.push(message);
      if (this.#early.length > EARLY_MESSAGES_MAX) this.#fail('bad-message', 'Too many messages before the welcome.');
    } else {
      await this.#take(message);
    }
  }

  /** The connection is gone, whoever ended it. */
  closed(): void {
    this.#state = 'over';
    this.#early = [];
    if (this.#participant !== null) this.#ports.hub.unregister(this.#participant);
    this.#participant = null;
    for (const subscription of [...this.#subscriptions.values()]) this.#unfollow(subscription);
    this.#moved();
  }

  async #greet(hello: Hello): Promise<void> {
    this.#state = 'greeting';
    const refusal = protocolRefusal(hello.protocol);
    if (refusal !== null) {
      this.#fail(refusal);
      return;
    }
    try {
      const who = await this.#ports.accounts.authenticate(hello.token);
      if (who.kind === 'signed-out') this.#signedOut(who.erase);
      else await this.#welcome(hello, who);
    } catch (error) {
      this.#fail(this.#codeOf(error));
    }
  }

  async #welcome(hello: Hello, who: Extract<Authentication, { kind: 'known' }>): Promise<void> {
    if (this.#isOver()) return;
    const { accounts, hub } = this.#ports;
    // Heard of from now on: whatever happens to the device or its memberships while they are read.
    this.#actor = who.actor;
    this.#participant = {
      actor: who.actor,
      told: () => this.#told,
      signedOut: (erase) => this.#signedOut(erase),
      workspacesChanged: () => void this.#workspacesChanged(who.actor),
      goAway: (withinMs) => this.#say({ type: 'goaway', withinMs }, 'urgent'),
    };
    hub.register(this.#participant);
    accounts.seen(who.actor, hello);
    await this.#readWorkspaces(who.actor, (workspaces) => this.#open(hello, who, workspaces));
  }

  #open(
    hello: Hello,
    { actor, email, deviceName }: Extract<Authentication, { kind: 'known' }>,
    workspaces: WorkspaceInfo[],
  ): void {
    this.#say(
      {
        ...{ type: 'welcome', protocol: Math.min(hello.protocol.max, PROTOCOL_VERSION), workspaces },
        account: { id: actor.account, email },
        device: { id: actor.device, name: deviceName },
      },
      'patient',
    );
    this.#state = 'open';
    for (const position of hello.positions) this.#follow(actor, position);
    const early = this.#early;
    this.#early = [];
    for (const message of early) void this.handle(message);
    this.#moved();
  }

  async #take(message: ClientMessage): Promise<void> {
    const actor = this.#actor;
    if (actor === null) return;
    switch (message.type) {
      case 'hello':
        this.#fail('bad-message', 'A conversation has one hello.');
        break;
      case 'follow':
        if (this.#ports.budget.take(actor.device, FOLLOWING_COSTS)) this.#follow(actor, message.position);
        else this.#say(errorMessage('rate-limited', { workspace: message.position.workspace }), 'urgent');
        break;
      case 'push':
        this.#subscriptions.get(message.workspace)?.uses(message.stream);
        await this.#push(actor, message);
        break;
      case 'have':
        this.#ports.acknowledger.note(actor, message);
        break;
      case 'ping':
        this.#say({ type: 'pong' }, 'patient');
        break;
    }
  }

  #follow(actor: Actor, position: Position): void {
    const before = this.#subscriptions.get(position.workspace);
    if (before !== undefined) this.#unfollow(before);
    const subscription = new Subscription(
      this.#ports,
      {
        reset: ({ workspace }, epoch) => this.#ports.hub.epochSeen(workspace, epoch),
        arrived: (arrived) => {
          const { stream, told } = arrived;
          if (stream !== null) this.#ports.accounts.arrived(actor, { stream, from: told + 1, upTo: told });
          this.#ports.hub.arrived(arrived);
          this.#moved();
        },
        ended: (ended, reason) => {
          this.#unfollow(ended);
          if (reason === 'no-workspace')
            this.#say(errorMessage('no-workspace', { workspace: ended.workspace }), 'urgent');
          if (reason === 'signed-out') this.#signedOut(false);
          this.#moved();
        },
      },
      { actor, wire: this.#wire, position },
    );
    this.#subscriptions.set(position.workspace, subscription);
    this.#ports.hub.follow(subscription);
    subscription.catchUp();
  }

  #unfollow(subscription: Subscription): void {
    subscription.end();
    this.#ports.hub.unfollow(subscription);
    if (this.#subscriptions.get(subscription.workspace) === subscription) {
      this.#subscriptions.delete(subscription.workspace);
    }
  }

  async #push(actor: Actor, push: Push): Promise<void> {
    const answer = await answerPush(this.#ports, actor, push);
    if (this.#isOver()) return;
    if (answer.type === 'signed-out') {
      this.#signedOut(answer.erase);
      return;
    }
    this.#say(answer, 'urgent');
    if (answer.type !== 'error') return;
    const subscription = this.#subscriptions.get(push.workspace);
    // A stale epoch or membership shows in the catch-up, which says what to do.
    if (answer.code === 'wrong-epoch' || answer.code === 'no-workspace') subscription?.catchUp();
  }

  async #workspacesChanged(actor: Actor): Promise<void> {
    if (this.#isOver()) return;
    // Nothing more is sent before membership was read again, in the snapshot that the content comes from.
    for (const subscription of this.#subscriptions.values()) subscription.catchUp();
    this.#changes += 1;
    // They are being read already, and will be once more.
    if (this.#told === null) return;
    this.#told = null;
    await this.#tellWorkspaces(actor);
  }

  async #tellWorkspaces(actor: Actor): Promise<void> {
    try {
      await this.#readWorkspaces(actor, (workspaces) => this.#say({ type: 'workspaces', workspaces }, 'urgent'));
    } catch (error) {
      this.#ports.failed(error);
      this.#ports.scheduler.after(RETRY_MS, () => {
        if (!this.#isOver()) void this.#tellWorkspaces(actor);
      });
    }
  }

  /** Until nothing changes while they are read; told in the same moment, so that no change falls in between. */
  async #readWorkspaces({ account }: Actor, tell: (workspaces: WorkspaceInfo[]) => void): Promise<void> {
    for (;;) {
      const changes = this.#changes;
      const workspaces = await this.#ports.accounts.workspaces(account);
      if (this.#isOver()) return;
      if (changes !== this.#changes) continue;
      this.#told = workspaces;
      tell([...workspaces]);
      return;
    }
  }

  #signedOut(erase: boolean): void {
    if (this.#isOver()) return;
    this.#say({ type: 'signed-out', erase }, 'urgent');
    this.#end('signed-out', ERRORS['signed-out'].advice);
  }

  #fail(code: ErrorCode, message: string = ERRORS[code].advice): void {
    if (this.#isOver()) return;
    this.#say(errorMessage(code, { message }), 'urgent');
    this.#end(code, message);
  }

  #end(code: ErrorCode, detail: string): void {
    this.closed();
    this.#wire.close(code, detail);
  }

  #say(message: ServerMessage, urgency: 'urgent' | 'patient'): void {
    this.#wire.deliver({ text: JSON.stringify(message), urgent: urgency === 'urgent' });
  }

  #codeOf(error: unknown): ErrorCode {
    if (error instanceof WaypostError) return error.code;
    this.#ports.failed(error);
    return 'internal';
  }

  #isOver(): boolean {
    return this.#state === 'over';
  }
}

/** Which side must be updated, or null where both speak a version. */
export function protocolRefusal(range: { readonly min: number; readonly max: number }): ErrorCode | null {
  if (range.max < PROTOCOL_FLOOR) return 'protocol-too-old';
  return range.min > PROTOCOL_VERSION ? 'protocol-too-new' : null;
}

export interface PushPorts {
  readonly accounts: Pick<Accounts, 'arrived'>;
  readonly committer: Committer;
  readonly budget: ChangeBudget;
  readonly hub: Hub;
  readonly failed: (error: unknown) => void;
}

export type PushAnswer = Extract<ServerMessage, { type: 'received' | 'error' | 'signed-out' }>;

/** Hands a push to the committer. What became of the changes comes in a delta; this says that they are durable, or why not. */
export async function answerPush(ports: PushPorts, actor: Actor, push: Push): Promise<PushAnswer> {
  const { workspace, epoch, stream, changes } = push;
  if (!ports.budget.take(actor.device, changes.length)) return errorMessage('rate-limited', { workspace });
  try {
    const result = await ports.committer.push(workspace, epoch, { actor, stream, changes });
    if (result.kind === 'received') {
      const [first] = changes;
      if (first !== undefined) ports.accounts.arrived(actor, { stream, from: first.n, upTo: result.upTo });
      return { type: 'received', workspace, stream, upTo: result.upTo };
    }
    if (result.code === 'signed-out') return { type: 'signed-out', erase: false };
    return errorMessage(result.code, { workspace, upTo: result.code === 'stream-gap' ? result.upTo : null });
  } catch (error) {
    // Nobody was told of a commit whose result is unknown; whoever pushed it may never come back to ask.
    ports.hub.recheck(workspace);
    const trouble = troubleOf(error);
    if (trouble === null && error instanceof WaypostError)
      return errorMessage(error.code, { workspace, message: error.message });
    ports.failed(error);
    if (trouble !== null) return errorMessage(trouble.code, { workspace, message: trouble.message });
    return errorMessage('internal', { workspace });
  }
}

export function errorMessage(
  code: ErrorCode,
  about: { readonly workspace?: WorkspaceId; readonly upTo?: number | null; readonly message?: string },
): Extract<ServerMessage, { type: 'error' }> {
  const { workspace = null, upTo = null, message = ERRORS[code].advice } = about;
  return { type: 'error', code, message, workspace, upTo };
}
