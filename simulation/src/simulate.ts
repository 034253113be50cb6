/**
 * One run: builds the world that the plan describes, lets people and misfortune do their steps, heals everything, waits
 * until it is quiet, and looks at what is left.
 */
import type { Device, DeviceEvent, Intent } from '@waypost/client';
import {
  type AccountId,
  type Conflict,
  type ElementId,
  equalJsonText,
  type Revision,
  WaypostError,
  type WorkspaceId,
} from '@waypost/protocol';
import { MemoryDatabase } from '@waypost/server/memory';
import { ContentRequests } from './content-requests.ts';
import { Directory } from './directory.ts';
import { checkAtTheEnd } from './final-checks.ts';
import { Ledger, marksIn } from './ledger.ts';
import { Machine, type Tab } from './machine.ts';
import { Network } from './network.ts';
import { act, decideAll, type Hands, walk, type Witness } from './people.ts';
import { type Deed, DEEDS, type Fault, type Plan, type Step, type WorldEvent } from './plan.ts';
import { Random } from './random.ts';
import { marksInDatabase, ServerWatch, standingMarks } from './server-watch.ts';
import { Servers } from './servers.ts';
import { Shadow } from './shadow.ts';
import { WireWatch } from './wire-watch.ts';
import { type Violation, World } from './world.ts';

export interface RunResult {
  readonly violation: Violation | null;
  readonly traceHash: string;
  readonly events: number;
  readonly messages: number;
}

/** After healing, back-off and lost sockets take a while to be noticed; beyond this somebody is stuck. */
const QUIET_WITHIN_MS = 240_000;
/** Nothing may still be on its way, and the poll between nodes must have come round, before devices are compared. */
const STAY_QUIET_MS = 6_000;
/** A connection that hangs is noticed by a ping without an answer; until then its device takes itself for synced. */
const STAY_QUIET_HANGING_MS = 35_000;
/** Mine of what was changed is asked about once more where that was deleted meanwhile, and then no more. */
const ROUNDS_OF_DECISIONS = 2;
const HELP_EVERY_MS = 20_000;
const HANGING: readonly Fault[] = ['loss', 'half-open', 'partition', 'node-kill', 'delay', 'slow-reader'];

export async function simulate(plan: Plan, print: ((line: string) => void) | null = null): Promise<RunResult> {
  const run = new Run(plan, print);
  const crashed = (error: unknown): void =>
    run.world.violated('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.on('unhandledRejection', crashed);
  process.on('uncaughtException', crashed);
  try {
    await run.go();
  } finally {
    process.off('unhandledRejection', crashed);
    process.off('uncaughtException', crashed);
  }
  const { world } = run;
  return { violation: world.violation, traceHash: world.traceHash, events: world.eventCount, messages: run.wire.count };
}

class Run {
  readonly plan: Plan;
  readonly world: World;
  readonly wire: WireWatch;
  readonly #database = new MemoryDatabase();
  readonly #ledger = new Ledger();
  readonly #directory: Directory;
  readonly #watch: ServerWatch;
  readonly #network: Network;
  readonly #servers: Servers;
  readonly #machines: Machine[];
  readonly #shadows = new Map<WorkspaceId, Shadow>();
  /** Tabs that may show something else than a moment ago. */
  readonly #changed = new Set<Tab>();
  #healed = false;
  #restores = 0;
  /** What the server had and, restored, has no more: only devices can bring it back. */
  readonly #lost = new Set<number>();

  constructor(plan: Plan, print: ((line: string) => void) | null) {
    this.plan = plan;
    this.world = new World(plan.seed, print);
    const { world } = this;
    const random = new Random(plan.seed, 'run');
    this.#directory = new Directory(plan, this.#database, random.fork('directory'));
    this.#watch = new ServerWatch(world, this.#database, this.#directory, this.#ledger);
    this.wire = new WireWatch(world, this.#directory, (push) => this.#watch.heardOf(push));
    this.#network = new Network({
      ...{ world, random: random.fork('network'), faults: plan.faults, tap: this.wire },
      servers: () => this.#servers.edges,
    });
    this.#servers = new Servers({
      ...{ world, plan, random: random.fork('servers'), database: this.#database, directory: this.#directory },
      network: () => this.#network,
      committed: (workspace) => this.#watch.committed(workspace),
    });
    const machineRandom = random.fork('machines');
    const requests = new ContentRequests({
      directory: this.#directory,
      nodeFor: (device) => this.#servers.nodeFor(this.#directory.devices.indexOf(device)),
      asked: ({ name }, element) => this.wire.asksFor(name, element),
    });
    this.#machines = this.#directory.devices.map((entry) => {
      const link = this.#network.link(entry.name);
      link.socketsBlocked = plan.faults.has('http') && machineRandom.happens(0.5);
      if (plan.faults.has('slow-reader') && machineRandom.happens(0.5)) link.slowBytes = machineRandom.of([300, 2_000]);
      return new Machine({
        ...{ world, entry, link, requests, tabs: plan.tabs, random: machineRandom.fork(entry.name) },
        locks: !plan.faults.has('locks'),
        heard: (tab, event) => this.#heard(tab, event),
      });
    });
    world.whenQuiet(() => {
      for (const tab of this.#changed) this.#look(tab);
      this.#changed.clear();
    });
    if (plan.lone) for (const { id } of this.#directory.workspaces) this.#shadows.set(id, new Shadow());
  }

  async go(): Promise<void> {
    for (const step of this.plan.steps) this.world.after(step.at, () => this.#step(step));
    await this.world.runUntil(this.plan.steps.at(-1)?.at ?? 0);
    await this.world.runUntil(this.world.now + 20, () => this.#machines.every(({ busy }) => busy === null));
    this.#heal();
    await this.#untilQuiet();
    if (this.world.violation !== null) return;
    let done = false;
    void this.#checkAtTheEnd().then(
      () => {
        done = true;
      },
      (error: unknown) =>
        this.world.violated('crash', error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    await this.world.runUntil(this.world.now + 60_000, () => done);
    if (!done) this.world.violated('I14', 'Devices do not answer when they are read.');
    for (const { id } of this.#directory.accounts) if (this.world.violation === null) await this.#decideAll(id);
  }

  /** [I20] Somebody of the account decides all that waits for them, while nobody else does anything. */
  async #decideAll(account: AccountId): Promise<void> {
    const random = new Random(this.plan.seed, `decisions of ${account}`);
    for (let round = 1; this.world.violation === null; round += 1) {
      const asked = this.#directory.workspaces.filter(
        ({ id }) =>
          mayWrite(this.#directory.role(id, account)) && openConflicts(this.#database, id, account).length > 0,
      );
      const machine = this.#machines.find(({ entry, usable }) => entry.account === account && usable.length > 0);
      const tab = machine?.usable[0];
      if (machine === undefined || tab === undefined || asked.length === 0) return;
      if (round > ROUNDS_OF_DECISIONS) {
        const open = asked.flatMap(({ id }) => openConflicts(this.#database, id, account));
        this.world.violated(
          'I20',
          `${tab.party.name} decided everything, and is asked again: ${JSON.stringify(open)}.`,
        );
        return;
      }
      const decisions = asked.reduce(
        (before, { id }) => before.then(() => decideAll(this.#hands(id, { machine, tab, random }))),
        Promise.resolve(),
      );
      machine.busy = decisions.then(() => {
        machine.busy = null;
      });
      await this.world.runUntil(this.world.now + QUIET_WITHIN_MS, () => this.#isQuiet());
    }
  }

  async #checkAtTheEnd(): Promise<void> {
    await checkAtTheEnd({
      ...{ world: this.world, database: this.#database, directory: this.#directory, ledger: this.#ledger },
      ...{ machines: this.#machines, watch: this.#watch },
    });
    for (const [workspace, shadow] of this.#shadows) {
      for (const { device } of this.#machines.flatMap(({ usable }) => usable)) {
        if (device !== null) await shadow.decide(device, workspace);
        const difference = device === null ? null : await shadow.dataDifference(device, workspace);
        if (difference !== null)
          this.world.violated('I7', `A person alone sees something else than they did: ${difference}.`);
      }
    }
  }

  #step(step: Step): void {
    const random = new Random(step.dice, step.act);
    if (isDeed(step.act)) this.#deed(step.act, this.#machineOf(step), random);
    else this.#event(step.act, step, random);
  }

  #machineOf({ who }: Step): Machine {
    return this.#machines[who % this.#machines.length] as Machine;
  }

  /** People wait until what they did last is done. */
  #deed(deed: Deed, machine: Machine, random: Random): void {
    const before = machine.busy ?? Promise.resolve();
    const turn: Promise<void> = before
      .then(() => this.#actNow(deed, machine, random))
      .catch((error: unknown) =>
        this.world.violated('crash', error instanceof Error ? (error.stack ?? error.message) : String(error)),
      )
      .then(() => {
        if (machine.busy === turn) machine.busy = null;
      });
    machine.busy = turn;
  }

  async #actNow(deed: Deed, machine: Machine, random: Random): Promise<void> {
    const { usable } = machine;
    if (usable.length === 0 || this.world.violation !== null) return;
    const tab = random.of(usable);
    const known = (tab.device as Device).workspaces().map(({ id }) => id);
    const workspaces = this.#directory.workspaces.map(({ id }) => id).filter((id) => known.includes(id));
    if (workspaces.length === 0) return;
    machine.at = tab;
    await this.#actIn(random.of(workspaces), { deed, machine, tab, random });
    if (machine.at === tab) machine.at = null;
    this.#changed.add(tab);
  }

  async #actIn(
    workspace: WorkspaceId,
    {
      deed,
      machine,
      tab,
      random,
    }: { readonly deed: Deed; readonly machine: Machine; readonly tab: Tab; readonly random: Random },
  ): Promise<void> {
    const device = tab.device as Device;
    // What somebody did before is settled first: then they do the next thing.
    if ((await this.#shadows.get(workspace)?.decide(device, workspace)) === false) return;
    this.world.trace(tab.party.name, 'does', deed);
    try {
      await act(deed, this.#hands(workspace, { machine, tab, random }));
    } catch (error) {
      // A disk that cannot be read is the world's fault; the person sees an error and goes on.
      if (!(error instanceof WaypostError)) throw error;
      this.world.trace(tab.party.name, 'cannot', String(error));
    }
  }

  #hands(
    workspace: WorkspaceId,
    { machine, tab, random }: { readonly machine: Machine; readonly tab: Tab; readonly random: Random },
  ): Hands {
    return {
      ...{ person: machine.person, device: tab.device as Device, workspace, random, ledger: this.#ledger },
      witness: this.#witness(machine, tab),
      think: (ms) => new Promise((resolve) => tab.party.scheduler.after(ms, resolve)),
    };
  }

  #witness(machine: Machine, tab: Tab): Witness {
    return {
      asked: (workspace: WorkspaceId, intents: readonly Intent[]) =>
        this.#shadows.get(workspace)?.asked(intents, tab.party),
      saved: (workspace, { stream, n }) => {
        this.world.trace(tab.party.name, 'saved', stream, n);
        this.#shadows.get(workspace)?.saved();
      },
      failed: (workspace) => this.#shadows.get(workspace)?.failed(),
      violated: (check, message) => this.world.violated(check, message),
      note: (what, ...parts) => {
        this.world.trace(machine.name, what, ...parts);
      },
    };
  }

  #heard(tab: Tab, event: DeviceEvent): void {
    if (event.event === 'settled') {
      const key = `${event.receipt.stream}/${event.receipt.n}`;
      const outcome = JSON.stringify(event.settled.outcome);
      this.world.trace(tab.party.name, 'settled', key, outcome);
      const before = tab.outcomes.get(key);
      // [I2]
      if (before !== undefined)
        this.world.violated(
          'I2',
          `${tab.party.name} was told twice what became of ${key}: ${before}, then ${outcome}.`,
        );
      tab.outcomes.set(key, outcome);
    } else if (event.event === 'conflict') {
      this.world.trace(tab.party.name, 'conflict', event.conflict.id, event.open ? 'open' : 'closed');
      if (this.plan.lone && event.open) this.#loneConflict(tab, event);
    } else if (event.event !== 'status' && event.event !== 'progress' && event.event !== 'shown') {
      this.world.trace(tab.party.name, 'event', event.event);
    }
    if (event.event !== 'progress' && event.event !== 'shown') this.#changed.add(tab);
  }

  /** [I9] */
  #loneConflict(tab: Tab, { conflict }: Extract<DeviceEvent, { event: 'conflict' }>): void {
    // What one tab deletes for good while another saves it is brought back by nobody, and must not be lost.
    if (this.plan.tabs > 1 && conflict.type === 'deleted') return;
    const same = conflict.fields.every(({ base, mine }) => equalJsonText(base, mine));
    this.world.violated(
      'I9',
      `${tab.party.name} is alone and has a conflict ${same ? 'about nothing' : ''}: ${JSON.stringify(conflict)}`,
    );
  }

  /** [I5] [I7] [I8] What a device shows, after anything that may have changed it. */
  #look(tab: Tab): void {
    const { device } = tab;
    if (device === null || this.world.violation !== null) return;
    const known = new Set(device.workspaces().map(({ id }) => id));
    // What was erased with a membership begins anew when that is given back.
    for (const id of tab.read.keys()) if (!known.has(id)) tab.read.delete(id);
    for (const id of known) {
      const shadow = this.#shadows.get(id);
      if (shadow !== undefined && this.plan.tabs === 1 && !shadow.isUncertain) this.#checkShadow(tab, shadow, id);
      const seen = new Set<string>();
      for (const { id: element, revision } of walk(device, id)) {
        if (seen.has(element)) this.world.violated('I5', `${tab.party.name} shows ${element} twice.`);
        seen.add(element);
        this.#checkAge(tab, { workspace: id, element, revision });
      }
      for (const element of this.#ledger.elements) {
        if (!seen.has(element) && device.summary(element, id)?.trashed === false)
          this.world.violated('I5', `${tab.party.name} has ${element}, and shows it nowhere.`);
      }
    }
  }

  #checkShadow(tab: Tab, shadow: Shadow, workspace: WorkspaceId): void {
    const difference = shadow.difference(tab.device as Device, workspace);
    if (difference !== null)
      this.world.violated('I7', `${tab.party.name} shows something else than its person did: ${difference}.`);
  }

  /** [I8] Nobody reads what is older than what they read before. */
  #checkAge(
    tab: Tab,
    {
      workspace,
      element,
      revision,
    }: { readonly workspace: WorkspaceId; readonly element: ElementId; readonly revision: Revision },
  ): void {
    const read = tab.read.get(workspace) ?? new Map<ElementId, Revision>();
    tab.read.set(workspace, read);
    const before = read.get(element) ?? 0;
    // A restored server counts anew.
    if (revision < before && revision > 0 && this.#restores === 0) {
      this.world.violated(
        'I8',
        `${tab.party.name} showed ${element} of ${workspace} at ${before}, and then at ${revision}.`,
      );
    }
    read.set(element, Math.max(before, revision));
  }

  #event(event: WorldEvent, step: Step, random: Random): void {
    const machine = this.#machineOf(step);
    this.world.trace('world', event, machine.name);
    switch (event) {
      case 'offline':
        machine.link.goOffline();
        this.#later(random, 120_000, () => {
          machine.link.offline = false;
        });
        return;
      case 'partition': {
        const direction = random.of(['to-server', 'to-device'] as const);
        machine.link.toServerCut = direction === 'to-server';
        machine.link.toDeviceCut = direction === 'to-device';
        this.#later(random, 90_000, () => {
          machine.link.toServerCut = false;
          machine.link.toDeviceCut = false;
        });
        return;
      }
      case 'half-open':
        machine.link.halfOpen(random.of(['to-server', 'to-device', 'both']));
        return;
      case 'kill': {
        const tab = random.of(machine.tabs);
        if (random.happens(0.5)) tab.party.kill();
        else tab.party.killAtCall(random.between(1, 12));
        this.#later(random, 20_000, () => machine.openMissing());
        return;
      }
      case 'power-cut':
        machine.killAll();
        machine.disk.cutPower();
        this.#later(random, 20_000, () => machine.openMissing());
        return;
      case 'freeze': {
        const { party } = random.of(machine.tabs);
        party.freeze();
        const forMs = random.happens(0.3) ? 3_600_000 : 30_000;
        this.#later(random, forMs, () => party.thaw());
        return;
      }
      case 'disk-error':
        machine.disk.fail(random.below(10_000));
        return;
      case 'disk-full':
        machine.disk.fill(random.below(20_000));
        return;
      case 'evict':
        this.#evict(machine, random);
        return;
      case 'clock':
        if (random.happens(0.5)) machine.jumpClock((random.number() - 0.5) * 20 * YEAR_MS);
        else if (random.happens(0.5)) for (const { party } of machine.tabs) party.stickClock();
        else this.#servers.jumpClocks((random.number() - 0.5) * 20 * YEAR_MS);
        return;
      case 'node-kill':
        this.#killNode(step, random);
        return;
      case 'database-error':
        if (random.happens(0.7)) this.#servers.trouble.failsUntil = this.world.now + random.below(5_000);
        else this.#servers.trouble.fullUntil = this.world.now + random.below(10_000);
        return;
      case 'unknown-commit':
        this.#servers.trouble.unknownCommits += random.between(1, 3);
        return;
      case 'backup':
        this.#servers.takeBackup();
        return;
      case 'roll-back':
        this.#rollBack(random);
        return;
      case 'collect':
        void this.#servers
          .collect(random)
          .catch((error: unknown) => this.world.trace('world', 'collect failed', String(error)));
        return;
      case 'rights':
        this.#changeRights(random);
        return;
      case 'sign-out':
        this.#signOut(machine, random);
        return;
    }
  }

  #killNode(step: Step, random: Random): void {
    const node = this.#servers.nodes[step.who % this.#servers.nodes.length];
    if (node === undefined) return;
    if (random.happens(0.4)) node.party.killAtCall(random.between(1, 10));
    else if (random.happens(0.3)) node.leave(random.below(3_000));
    this.#later(random, 1_500, () => this.#servers.kill(step.who));
    this.#later(random, 15_000, () => this.#servers.startMissing());
  }

  #evict(machine: Machine, random: Random): void {
    machine.killAll();
    machine.disk.evict();
    machine.person.drafts.length = 0;
    this.#excuseVanished('evicted');
    this.#excusePutOut();
    this.#later(random, 10_000, () => machine.openMissing());
  }

  #rollBack(random: Random): void {
    const lost = this.#database.content;
    if (!this.#servers.restoreBackup()) return;
    this.#restores += 1;
    this.#excuseVanished('rolled back');
    this.#excuseDeletedSince(lost);
    this.#excuseReplacedSince(lost);
    for (const mark of marksInDatabase(lost, this.#ledger.elements)) this.#lost.add(mark);
    this.#excusePutOut();
    this.#watch.begin();
    this.wire.rolledBack();
    this.#later(random, 8_000, () => this.#servers.startMissing());
  }

  /** [EP5] What was made and deleted since the backup does not come back. */
  #excuseDeletedSince(lost: MemoryDatabase['content']): void {
    for (const [id, workspace] of lost.workspaces) {
      const kept = this.#database.content.workspaces.get(id);
      for (const element of workspace.elementsAfter(null, Number.MAX_SAFE_INTEGER)) {
        if (!workspace.withAncestors([element.id]).some((row) => !row.gone && row.trashed !== null)) continue;
        if (kept?.rows([element.id]).length === 1) this.#ledger.lostInTrash(element.id, marksIn(element.data));
        else this.#ledger.excuse(marksIn(element.data), 'deleted before it was rolled back');
      }
    }
  }

  /** Only the history that is gone had it. A device may show it still, until it hears what took its place. */
  #excuseReplacedSince(lost: MemoryDatabase['content']): void {
    const standing = standingMarks(lost);
    const kept = marksInDatabase(this.#database.content, this.#ledger.elements);
    const had = marksInDatabase(lost, this.#ledger.elements);
    this.#ledger.excuse(
      [...had].filter((mark) => !standing.has(mark) && !kept.has(mark)),
      'replaced before it was rolled back',
    );
  }

  /** What is neither on a disk nor in the database any more was destroyed, and nobody can bring it back. */
  #excuseVanished(reason: string): void {
    const gone = this.#ledger.typed.filter(({ saved, excuse }) => saved && excuse === null).map(({ mark }) => mark);
    const kept = marksInDatabase(this.#database.content, this.#ledger.elements);
    this.#ledger.excuse(
      gone.filter((mark) => !kept.has(mark) && !this.#machines.some(({ disk }) => disk.mentions(`<${mark}>`))),
      reason,
    );
  }

  #changeRights(random: Random): void {
    const workspace = random.of(this.#directory.workspaces).id;
    const account = random.of(this.#directory.accounts).id;
    const role = random.weighted({ administrator: 2, editor: 2, viewer: 3, none: 2 });
    this.#setRole(workspace, account, role === 'none' ? null : role);
  }

  #setRole(workspace: WorkspaceId, account: AccountId, role: Parameters<MemoryDatabase['setMember']>[2]): void {
    this.world.trace('world', 'role', workspace, account, role ?? 'none');
    this.#database.setMember(workspace, account, role);
    this.wire.rightsChanged(workspace, account, role === null);
    this.#servers.rightsChanged(account);
    this.#excusePutOut();
  }

  /** What a restored server lost, and only devices of people hold who may not even see it any more, goes with their copies. */
  #excusePutOut(): void {
    if (this.#lost.size === 0) return;
    const there = marksInDatabase(this.#database.content, this.#ledger.elements);
    for (const { mark, workspace, saved, excuse } of this.#ledger.typed) {
      if (!saved || excuse !== null || !this.#lost.has(mark) || there.has(mark)) continue;
      const mayReturn = this.#machines.some(
        ({ disk, entry }) => this.#directory.role(workspace, entry.account) !== null && disk.mentions(`<${mark}>`),
      );
      if (!mayReturn) this.#ledger.excuse([mark], 'its holders were put out before they sent it again');
    }
  }

  #signOut(machine: Machine, random: Random): void {
    this.#directory.signOut(machine.entry);
    this.#servers.signOut(machine.entry.id);
    this.#later(random, 30_000, () => this.#signIn(machine));
  }

  #signIn(machine: Machine): void {
    if (machine.entry.token !== '' && this.#directory.isActive(machine.entry)) return;
    this.#directory.signIn(machine.entry);
    machine.killAll();
    machine.openMissing();
  }

  #later(random: Random, withinMs: number, run: () => void): void {
    this.world.after(random.number() * withinMs, () => {
      if (!this.#healed) run();
    });
  }

  #heal(): void {
    this.#healed = true;
    this.world.trace('world', 'heals');
    this.#network.heal();
    this.#servers.heal();
    for (const machine of this.#machines) {
      machine.disk.heal();
      machine.healClock();
      this.#signIn(machine);
      for (const { party } of machine.tabs) {
        party.killAtCall(Number.POSITIVE_INFINITY);
        party.thaw();
      }
      machine.openMissing();
    }
  }

  async #untilQuiet(): Promise<void> {
    const deadline = this.world.now + QUIET_WITHIN_MS;
    const stayMs = HANGING.some((fault) => this.plan.faults.has(fault)) ? STAY_QUIET_HANGING_MS : STAY_QUIET_MS;
    let quietSince: number | null = null;
    let looked = -1;
    this.#helpTheHopeless();
    await this.world.runUntil(deadline, () => {
      // Looking costs more than most events; a tenth of a second is soon enough.
      if (this.world.now - looked < 100) return false;
      looked = this.world.now;
      if (!this.#isQuiet()) quietSince = null;
      else quietSince ??= this.world.now;
      return quietSince !== null && this.world.now - quietSince >= stayMs;
    });
    if (this.world.violation !== null || this.#isQuiet()) return;
    const stuck = this.#machines
      .filter((machine) => !this.#isMachineQuiet(machine))
      .flatMap((machine) => machine.tabs.map((tab) => this.#stateOf(machine, tab)));
    this.world.violated('I14', `It does not become quiet: ${stuck.join('; ')}.`);
  }

  /** What only a person can help with: after a damaged message a device waits for minutes, and nothing else may happen. */
  #helpTheHopeless(): void {
    this.world.after(HELP_EVERY_MS, () => {
      for (const { device } of this.#machines.flatMap(({ usable }) => usable))
        if (device?.status().phase === 'failed') device.retry();
      this.#helpTheHopeless();
    });
  }

  #isQuiet(): boolean {
    return this.#machines.every((machine) => this.#isMachineQuiet(machine));
  }

  #isMachineQuiet({ busy, tabs, entry }: Machine): boolean {
    if (busy !== null) return false;
    return tabs.every(({ party, device }) => {
      if (!party.alive || device === null) return false;
      const { phase, workspaces } = device.status();
      const expected = this.#directory.workspacesOf(entry.account);
      const waits = expected.some(({ id }) => workspaces.find((workspace) => workspace.id === id)?.pending !== 0);
      return !waits && (phase === 'synced' || expected.length === 0);
    });
  }

  #stateOf(machine: Machine, { party, device }: Tab): string {
    const status = device?.status();
    return [
      party.name,
      machine.busy === null ? '' : '(busy)',
      party.alive ? '' : '(dead)',
      status === undefined ? 'is not open' : `is ${status.phase}, ${status.pending} wait. ${status.detail}`,
      ...(status?.workspaces.map(({ phase, pending }) => `${phase}: ${pending}`) ?? []),
    ].join(' ');
  }
}

const YEAR_MS = 365 * 24 * 3_600_000;

function mayWrite(role: ReturnType<Directory['role']>): boolean {
  return role === 'administrator' || role === 'editor';
}

function openConflicts(database: MemoryDatabase, workspace: WorkspaceId, account: AccountId): Conflict[] {
  const all = database.content.workspaces.get(workspace)?.conflictsAbove(account, -1) ?? [];
  return all.filter(({ closed }) => closed === null);
}

function isDeed(act: Deed | WorldEvent): act is Deed {
  return (DEEDS as readonly string[]).includes(act);
}
