/**
 * A computer with one device on it: a disk that outlives everything, a way to the servers, and one or more tabs or
 * processes that share both. The person in front of it works in whichever tab is there.
 */
import { type Device, type DeviceEvent, openDevice } from '@waypost/client';
import type { ElementId, Revision, WorkspaceId } from '@waypost/protocol';
import { compression } from './compression.ts';
import { type ContentRequests, fetcherOver } from './content-requests.ts';
import { DeviceDisk } from './device-disk.ts';
import type { DeviceEntry } from './directory.ts';
import { schemas } from './kinds.ts';
import type { Link } from './network.ts';
import { Party } from './party.ts';
import type { Person } from './people.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface MachineOptions {
  readonly world: World;
  readonly random: Random;
  readonly entry: DeviceEntry;
  readonly link: Link;
  readonly tabs: number;
  /** Whether only one tab at a time can lead. */
  readonly locks: boolean;
  readonly requests: ContentRequests;
  readonly heard: (tab: Tab, event: DeviceEvent) => void;
}

export interface Tab {
  readonly party: Party;
  /** Null until its store is open. */
  device: Device | null;
  /** The last that was read of each thing: it never becomes older. */
  readonly read: Map<WorkspaceId, Map<ElementId, Revision>>;
  /** What became of changes, as this tab was told. */
  readonly outcomes: Map<string, string>;
}

export class Machine {
  readonly entry: DeviceEntry;
  readonly link: Link;
  readonly person: Person;
  readonly disk: DeviceDisk;
  readonly tabs: Tab[] = [];
  /** The person does one thing after the other. */
  busy: Promise<void> | null = null;
  /** Where they do it. */
  at: Tab | null = null;
  readonly #options: MachineOptions;
  #opened = 0;
  #clockOffset = 0;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.entry = options.entry;
    this.link = options.link;
    const { name, id: device } = options.entry;
    this.person = { name, device, drafts: [], done: [], changes: new Map(), last: new Map() };
    this.disk = new DeviceDisk(name, options.world, options.random.fork('disk'));
    this.disk.hasLocks = options.locks;
    for (let at = 0; at < options.tabs; at += 1) this.#openTab(at);
  }

  get name(): string {
    return this.entry.name;
  }

  get living(): readonly Tab[] {
    return this.tabs.filter(({ party }) => party.alive);
  }

  /** A tab that somebody can work in. */
  get usable(): readonly Tab[] {
    return this.tabs.filter(({ party, device }) => party.alive && !party.frozen && device !== null);
  }

  /** Opens a tab in the place of every one that ended. */
  openMissing(): void {
    this.tabs.forEach(({ party }, at) => {
      if (!party.alive) this.#openTab(at);
    });
  }

  killAll(): void {
    for (const { party } of this.tabs) party.kill();
  }

  stopWaiting(): void {
    this.busy = null;
    this.at = null;
  }

  jumpClock(byMs: number): void {
    this.#clockOffset += byMs;
    for (const { party } of this.tabs) party.jumpClock(byMs);
  }

  healClock(): void {
    this.#clockOffset = 0;
    for (const { party } of this.tabs) party.healClock();
  }

  #openTab(at: number): void {
    this.#opened += 1;
    const { world, random, entry } = this.#options;
    const name = `${entry.name}/${this.#opened}`;
    const party = new Party(world, name, random.fork(name), this.#clockOffset);
    const tab: Tab = { party, device: null, read: new Map(), outcomes: new Map() };
    this.tabs[at] = tab;
    // What its person was waiting for in it never comes. For what they do in another tab they wait on.
    party.onDeath(() => {
      if (this.at === tab) this.stopWaiting();
    });
    void this.#open(tab).catch((error: unknown) => this.#failed(tab, error));
  }

  async #open(tab: Tab): Promise<void> {
    const { party } = tab;
    const { entry, link, heard, requests } = this.#options;
    const storage = this.disk.open(party);
    const device = await openDevice({
      ...{ storage, schemas, compression },
      clock: party.clock,
      chance: party.chance,
      scheduler: party.scheduler,
      leadership: this.disk.leadership(party),
      transports: [link.transport(party, 'websocket'), link.transport(party, 'http')],
      fetcher: fetcherOver(link.road(party), requests, entry),
      token: async () => entry.token,
      me: { account: entry.account, device: entry.id },
    });
    tab.device = device;
    device.subscribe((event) => heard(tab, event));
  }

  #failed(tab: Tab, error: unknown): void {
    const { world } = this.#options;
    world.trace(tab.party.name, 'cannot open', String(error));
    if (error instanceof Error && error.name === 'WaypostError') {
      // A broken disk: the person tries again a little later.
      world.after(2_000, () => {
        const at = this.tabs.indexOf(tab);
        if (at >= 0 && tab.party.alive) {
          tab.party.kill();
          this.#openTab(at);
        }
      });
      return;
    }
    world.violated(
      'crash',
      `${tab.party.name} cannot be opened: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}
