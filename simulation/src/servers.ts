/**
 * The nodes of the server over one database: the production sync core, on a disk, a clock and a network between nodes that
 * the seed controls.
 */
import { type AccountId, type DeviceId, uuidOf, WaypostError, type WorkspaceId } from '@waypost/protocol';
import { type FaultPoint, type MemoryDatabase, type MemorySyncStore } from '@waypost/server/memory';
import {
  Acknowledgements,
  ChunkMemory,
  createFeed,
  createLive,
  createReads,
  GroupCommitter,
  type Hint,
  type Live,
  newLife,
  type Nodes,
  renewEpoch,
  type SyncTransaction,
  type Wire,
  type WorkspaceReads,
} from '@waypost/server/sync';
import { packing } from './compression.ts';
import type { ReadingNode } from './content-requests.ts';
import type { Directory } from './directory.ts';
import { schemas } from './kinds.ts';
import { mac } from './mac.ts';
import type { Network, ServerConversation, ServerEdge } from './network.ts';
import { Party } from './party.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface ServersOptions {
  readonly world: World;
  readonly random: Random;
  readonly plan: Plan;
  readonly database: MemoryDatabase;
  readonly directory: Directory;
  readonly network: () => Network;
  /** Right after a commit, before anybody else can do anything. */
  readonly committed: (workspace: WorkspaceId) => void;
}

type Content = MemoryDatabase['content'];

/** What an error of a broken database hits. */
interface DatabaseTrouble {
  failsUntil: number;
  fullUntil: number;
  /** So many of the next commits are made, and their makers are told that the result is unknown. */
  unknownCommits: number;
}

export class Servers {
  readonly #options: ServersOptions;
  readonly nodes: Node[] = [];
  readonly trouble: DatabaseTrouble = { failsUntil: 0, fullUntil: 0, unknownCommits: 0 };
  #backup: Content | null = null;
  #started = 0;
  #clockOffset = 0;

  constructor(options: ServersOptions) {
    this.#options = options;
    for (let at = 0; at < options.plan.nodes; at += 1) this.nodes.push(this.#start(this.nodes[0]?.life ?? null));
  }

  get edges(): readonly ServerEdge[] {
    return this.nodes;
  }

  /** As a balancer does that keeps devices with a node while it lives. */
  nodeFor(who: number): ReadingNode | null {
    const own = this.nodes[who % this.nodes.length];
    return own?.party.alive === true ? own : (this.#any() ?? null);
  }

  kill(at: number): void {
    const node = this.nodes[at % this.nodes.length] as Node;
    node.kill();
    this.#options.network().serverDied(node.party);
  }

  /** Puts a living node in the place of every dead one. */
  startMissing(): void {
    this.nodes.forEach((node, at) => {
      if (!node.party.alive) this.nodes[at] = this.#start(this.nodes.find(({ party }) => party.alive)?.life ?? null);
    });
  }

  takeBackup(): void {
    this.#backup = this.#options.database.content;
  }

  /** The database is replaced by the backup, under servers that were stopped. False where there is no backup. */
  restoreBackup(): boolean {
    if (this.#backup === null) return false;
    for (let at = 0; at < this.nodes.length; at += 1) this.kill(at);
    this.#options.database.restore(this.#backup);
    return true;
  }

  /** Old tombstones are forgotten: whoever is further behind starts anew. */
  async collect(random: Random): Promise<void> {
    const { database } = this.#options;
    for (const id of database.content.workspaces.keys()) {
      const keep = random.below(4);
      await this.#any()?.store.transact(id, (transaction) => collectTombstones(transaction, keep));
    }
  }

  signOut(device: DeviceId): void {
    this.#any()?.live.hub.signOut(device, { erase: false });
  }

  rightsChanged(account: AccountId): void {
    this.#any()?.live.hub.workspacesChanged(account);
  }

  jumpClocks(byMs: number): void {
    this.#clockOffset += byMs;
    for (const { party } of this.nodes) party.jumpClock(byMs);
  }

  heal(): void {
    this.trouble.failsUntil = 0;
    this.trouble.fullUntil = 0;
    this.trouble.unknownCommits = 0;
    this.nodes.forEach((node, at) => {
      node.party.killAtCall(Number.POSITIVE_INFINITY);
      if (node.isLeaving) this.kill(at);
    });
    this.startMissing();
    for (const { party } of this.nodes) party.thaw();
  }

  #any(): Node | undefined {
    return this.nodes.find(({ party }) => party.alive);
  }

  #start(life: string | null): Node {
    this.#started += 1;
    const { world, random } = this.#options;
    const party = new Party(world, `node ${this.#started}`, random.fork(`node ${this.#started}`), this.#clockOffset);
    return new Node(this.#options, party, this, life ?? newLife(party.chance));
  }

  /** A word from one node to the others, which may be lost, late or said twice. */
  hint(from: Party, hint: Hint): void {
    const { world, random, plan } = this.#options;
    const faulty = plan.faults.has('hints');
    for (const node of this.nodes) {
      if (node.party === from) continue;
      const times = faulty ? random.of([0, 0, 1, 1, 2]) : 1;
      for (let time = 0; time < times; time += 1) {
        const delayMs = faulty && random.happens(0.2) ? random.below(20_000) : random.below(15);
        world.after(delayMs, () => node.party.deliver(() => node.hear(hint)));
      }
    }
  }
}

class Node implements ServerEdge, ReadingNode {
  readonly party: Party;
  readonly life: string;
  readonly live: Live;
  readonly reads: WorkspaceReads;
  readonly store: MemorySyncStore;
  isLeaving = false;
  #receive: (hint: Hint) => void = () => undefined;

  constructor(options: ServersOptions, party: Party, servers: Servers, life: string) {
    const { database, directory, world, plan } = options;
    this.party = party;
    this.life = life;
    const { clock, scheduler, chance } = party;
    this.store = database.connect((point, workspace) => fault(options, servers, party, point, workspace));
    const failed = (error: unknown): void => {
      if (error instanceof WaypostError || !party.alive) return;
      world.violated(
        'crash',
        `${party.name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    };
    const committer = new GroupCommitter({
      ...{ store: this.store, life, mac, schemas, recovered: RECOVERED },
      now: clock.now,
      newId: () => uuidOf(chance.bytes(16)),
    });
    const renewal = { store: this.store, mac, chance, life };
    const feed = createFeed({
      ...{ store: this.store, schemas, mac },
      renew: (workspace, position) => renewEpoch(renewal, workspace, position),
    });
    this.live = createLive({
      ...{ committer, feed, clock, scheduler, failed },
      accounts: directory.port((work) => party.wait(party.random.number() * 2, work)),
      acknowledger: new Acknowledgements({ store: this.store, scheduler, failed }),
      nodes: plan.nodes === 1 ? null : this.#nodes(options, servers),
    });
    this.reads = createReads({
      ...{ store: this.store, schemas, mac, packing },
      chunks: new ChunkMemory(CHUNK_BYTES_KEPT),
    });
    committer.onCommit((news) => this.live.hub.committed(news));
    party.onDeath(() => this.store.close());
  }

  open(wire: Wire): ServerConversation {
    const conversation = this.live.open(wire);
    return {
      receive: (message) => this.party.deliver(() => void conversation.handle(message)),
      closed: () => conversation.closed(),
    };
  }

  /** Tells devices to come back later, as before a restart. */
  leave(withinMs: number): void {
    this.isLeaving = true;
    this.live.hub.close(withinMs);
  }

  hear(hint: Hint): void {
    this.#receive(hint);
  }

  kill(): void {
    this.party.kill();
  }

  #nodes({ database, directory }: ServersOptions, servers: Servers): Nodes {
    const { party } = this;
    const ask = <Result>(work: () => Result): Promise<Result> => party.wait(party.random.number() * 2, work);
    return {
      tell: (hint) => servers.hint(party, hint),
      listen: (receive) => {
        this.#receive = receive;
      },
      heads: (workspaces) =>
        ask(
          () =>
            new Map(
              workspaces.flatMap((id) => {
                const row = database.content.workspaces.get(id)?.row;
                return row === undefined ? [] : [[id, { epoch: row.epoch, head: row.head }] as const];
              }),
            ),
        ),
      signedOut: (devices) =>
        ask(() =>
          devices
            .filter((id) => database.content.devices.get(id)?.active !== true)
            .map((device) => ({ device, erase: false })),
        ),
      memberships: (accounts) =>
        ask(() => new Map(accounts.map((account) => [account, directory.workspacesOf(account)]))),
    };
  }
}

/** What the database does at each point of a transaction: take its time, fail, or keep its answer to itself. */
async function fault(
  { world, random, committed }: ServersOptions,
  { trouble }: Servers,
  party: Party,
  point: FaultPoint,
  workspace: WorkspaceId,
): Promise<void> {
  if (point === 'after-commit') {
    committed(workspace);
    await party.at(() => undefined);
    if (trouble.unknownCommits === 0) return;
    trouble.unknownCommits -= 1;
    throw new WaypostError('storage-failed', 'The connection broke while the commit was on its way.');
  }
  await (point === 'before-commit' ? party.wait(1 + random.number() * 8, () => undefined) : party.at(() => undefined));
  if (world.now < trouble.failsUntil) throw new WaypostError('storage-failed', 'The database does not answer.');
  if (world.now < trouble.fullUntil && point !== 'before-read')
    throw new WaypostError('storage-full', 'The disk is full.');
}

/** Forgets all but the newest, at whole revisions. */
async function collectTombstones(transaction: SyncTransaction, keep: number): Promise<void> {
  const workspace = await transaction.workspace();
  const tombstones = await transaction.tombstones(Number.MAX_SAFE_INTEGER);
  const floor = tombstones.at(-1 - keep)?.revision;
  if (workspace === null || floor === undefined) return;
  const collected = tombstones.filter(({ revision }) => revision <= floor).map(({ id }) => id);
  await transaction.write({
    workspace: {
      ...workspace,
      floor: Math.max(floor, workspace.floor),
      tombstones: workspace.tombstones - collected.length,
    },
    ...{ rows: [], collected, streams: [], outcomes: [], conflicts: [], history: [] },
  });
}

/** Little, so that chunks are lost while somebody fetches them; yet every snapshot fits, or it could never be fetched whole. */
const CHUNK_BYTES_KEPT = 400_000;

const RECOVERED = { kind: 'folder', schema: 1, data: '{"name":"Recovered"}' } as const;
