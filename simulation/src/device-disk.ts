/**
 * A device's disk: the memory disk of the client, made slow, full, broken, cut off from power, or thrown away by the
 * browser, as the seed says. Commits take their turn one after the other, as on any disk.
 */
import type { DeviceStorage, Leadership, StorageBatch } from '@waypost/client';
import { MemoryDisk } from '@waypost/client/memory';
import { WaypostError } from '@waypost/protocol';
import type { Party } from './party.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** What the record of a replica says, as far as it is looked at here. */
interface Reached {
  readonly epoch: string | null;
  readonly cursor: number;
}

export class DeviceDisk {
  readonly #name: string;
  readonly #world: World;
  readonly #random: Random;
  #disk = new MemoryDisk();
  readonly #reached = new Map<string, Reached>();
  #freeAt = 0;
  #relaxedSinceStrict = 0;
  #failsUntil = 0;
  #fullUntil = 0;
  /** Where a browser has none, every tab leads. */
  hasLocks = true;

  constructor(name: string, world: World, random: Random) {
    this.#name = name;
    this.#world = world;
    this.#random = random;
  }

  /** One tab's or process's view of it. */
  open(party: Party): DeviceStorage {
    const storage = this.#disk.open({
      before: ({ kind, durability }) => {
        if (kind !== 'commit') return party.at(() => this.#refuseIfBroken());
        return party.wait(this.#turn(durability === 'strict' ? 12 : 2), () => {
          this.#refuseIfBroken();
          if (this.#world.now < this.#fullUntil) throw new WaypostError('storage-full', 'The disk is full.');
          this.#relaxedSinceStrict = durability === 'strict' ? 0 : this.#relaxedSinceStrict + 1;
        });
      },
      // Dying here is dying between the write and the news of it.
      after: () => party.at(() => undefined),
    });
    party.onDeath(() => storage.kill());
    return {
      scan: (collection, workspace) => storage.scan(collection, workspace),
      get: (collection, workspace, keys) => storage.get(collection, workspace, keys),
      pages: (workspace, numbers) => storage.pages(workspace, numbers),
      commit: async (batch, durability) => {
        const receipt = await storage.commit(batch, durability);
        if (receipt.kind === 'written') this.#look(batch);
        return receipt;
      },
      watch: (listener) => storage.watch(() => party.deliver(listener)),
      erase: () => storage.erase(),
      close: () => storage.close(),
    };
  }

  leadership(party: Party): Leadership {
    if (!this.hasLocks) return { take: async () => true, release: async () => undefined };
    const lock = this.#disk.leadership();
    party.onDeath(() => void lock.release());
    return {
      take: () => party.follow(lock.take()),
      release: () => lock.release(),
    };
  }

  /** The processes must be dead. Of what was not flushed, a beginning happened to reach the disk. */
  cutPower(): void {
    this.#reached.clear();
    this.#disk.cutPower(this.#random.between(0, this.#relaxedSinceStrict));
    this.#relaxedSinceStrict = 0;
  }

  /** The browser threw the whole store away. */
  evict(): void {
    this.#reached.clear();
    this.#disk = new MemoryDisk();
    this.#relaxedSinceStrict = 0;
  }

  fail(forMs: number): void {
    this.#failsUntil = this.#world.now + forMs;
  }

  fill(forMs: number): void {
    this.#fullUntil = this.#world.now + forMs;
  }

  heal(): void {
    this.#failsUntil = 0;
    this.#fullUntil = 0;
  }

  mentions(text: string): boolean {
    return this.#disk.mentions(text);
  }

  /** [I6] A cursor never moves back within an epoch. [I16] No checksum ever failed to fit. */
  #look({ writes }: StorageBatch): void {
    for (const write of writes) {
      // A workspace that was emptied begins anew.
      if ('clear' in write && write.to === 'state') this.#reached.delete(write.workspace);
      if (write.to === 'pages' || 'clear' in write || write.value === null) continue;
      if (write.to === 'log') this.#world.trace(this.#name, 'log', write.value);
      if (write.to === 'log' && write.value.includes('did not fit'))
        this.#world.violated('I16', `On ${this.#name}: ${write.value}`);
      if (write.to !== 'state' || write.key !== 'replica') continue;
      const reached = JSON.parse(write.value) as Reached;
      const before = this.#reached.get(write.workspace);
      this.#reached.set(write.workspace, reached);
      if (before?.epoch !== reached.epoch || reached.cursor >= before.cursor) continue;
      this.#world.violated(
        'I6',
        `The cursor of ${this.#name} in ${write.workspace} went back from ${before.cursor} to ${reached.cursor}.`,
      );
    }
  }

  /** How long until a commit that is asked for now is done. */
  #turn(slowestMs: number): number {
    const now = this.#world.now;
    this.#freeAt = Math.max(this.#freeAt, now) + this.#random.number() * slowestMs;
    return this.#freeAt - now;
  }

  #refuseIfBroken(): void {
    if (this.#world.now < this.#failsUntil) throw new WaypostError('storage-failed', 'The disk refused to work.');
  }
}
