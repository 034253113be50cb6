/**
 * What a seed decides before anything runs: how many of everything there is, what may go wrong, and who does what when.
 * A step brings its own dice, so that taking other steps away does not change it: that is what makes shrinking work.
 */
import { Random } from './random.ts';

/** What may go wrong. Each is drawn for itself (swarm testing): rare pairs then meet in some runs, and none hides another. */
export const FAULTS = [
  'loss',
  'duplicate',
  'delay',
  'partition',
  'half-open',
  'garbage',
  'slow-reader',
  'http',
  'offline',
  'kill',
  'power-cut',
  'freeze',
  'disk-error',
  'disk-full',
  'evict',
  'clock',
  'tabs',
  'node-kill',
  'nodes',
  'hints',
  'database-error',
  'unknown-commit',
  'roll-back',
  'collect',
  'rights',
  'sign-out',
  'poison',
  'import',
  'newer-client',
  'small-limits',
  'locks',
] as const;
export type Fault = (typeof FAULTS)[number];

/** What people do. */
export const DEEDS = [
  'create',
  'name',
  'setting',
  'colour',
  'text',
  'rows',
  'target',
  'several',
  'future',
  'move',
  'reorder',
  'delete',
  'restore',
  'purge',
  'undo',
  'resolve',
  'begin-draft',
  'save-draft',
  'local',
  'import',
  'poison',
  'dismiss',
  'retry',
  'check',
] as const;
export type Deed = (typeof DEEDS)[number];

/** What happens to machines. */
export const EVENTS = [
  'offline',
  'partition',
  'half-open',
  'kill',
  'power-cut',
  'freeze',
  'disk-error',
  'disk-full',
  'evict',
  'clock',
  'node-kill',
  'database-error',
  'unknown-commit',
  'backup',
  'roll-back',
  'collect',
  'rights',
  'sign-out',
] as const;
export type WorldEvent = (typeof EVENTS)[number];

export interface Step {
  readonly at: number;
  /** Which device, or which node; taken modulo how many there are. */
  readonly who: number;
  readonly act: Deed | WorldEvent;
  readonly dice: number;
  /** Steps that only a fault brings about. */
  readonly fault: Fault | null;
}

export interface Plan {
  readonly seed: number;
  /** One device, which must never notice that it syncs. */
  readonly lone: boolean;
  readonly accounts: number;
  /** The account of each device. */
  readonly devices: readonly number[];
  readonly tabs: number;
  readonly nodes: number;
  readonly workspaces: number;
  readonly faults: ReadonlySet<Fault>;
  readonly steps: readonly Step[];
}

const OPS_MIN = 20;
const OPS_MAX = 100;

const FAULT_CHANCE: Readonly<Record<Fault, number>> = {
  loss: 0.4,
  duplicate: 0.3,
  delay: 0.35,
  partition: 0.3,
  'half-open': 0.25,
  garbage: 0.12,
  'slow-reader': 0.12,
  http: 0.3,
  offline: 0.6,
  kill: 0.4,
  'power-cut': 0.3,
  freeze: 0.2,
  'disk-error': 0.2,
  'disk-full': 0.12,
  evict: 0.08,
  clock: 0.2,
  tabs: 0.3,
  'node-kill': 0.35,
  nodes: 0.3,
  hints: 0.3,
  'database-error': 0.2,
  'unknown-commit': 0.25,
  'roll-back': 0.22,
  collect: 0.35,
  rights: 0.2,
  'sign-out': 0.15,
  poison: 0.3,
  import: 0.2,
  'newer-client': 0.3,
  'small-limits': 0.4,
  locks: 0.4,
};

/** A lone device keeps all its work: what takes work away by design would make its shadow wrong. */
const NOT_ALONE: readonly Fault[] = ['roll-back', 'evict', 'rights', 'sign-out', 'poison'];

const EVENT_FAULTS: Readonly<Record<WorldEvent, Fault>> = {
  offline: 'offline',
  partition: 'partition',
  'half-open': 'half-open',
  kill: 'kill',
  'power-cut': 'power-cut',
  freeze: 'freeze',
  'disk-error': 'disk-error',
  'disk-full': 'disk-full',
  evict: 'evict',
  clock: 'clock',
  'node-kill': 'node-kill',
  'database-error': 'database-error',
  'unknown-commit': 'unknown-commit',
  backup: 'roll-back',
  'roll-back': 'roll-back',
  collect: 'collect',
  rights: 'rights',
  'sign-out': 'sign-out',
};

const DEED_FAULTS: Readonly<Partial<Record<Deed, Fault>>> = {
  import: 'import',
  poison: 'poison',
};

const DEED_WEIGHTS: Readonly<Record<Deed, number>> = {
  create: 14,
  name: 9,
  setting: 10,
  colour: 3,
  text: 10,
  rows: 9,
  target: 4,
  several: 5,
  future: 2,
  move: 7,
  reorder: 4,
  delete: 6,
  restore: 3,
  purge: 1.5,
  undo: 3,
  resolve: 6,
  'begin-draft': 4,
  'save-draft': 4,
  local: 1.5,
  import: 2,
  poison: 2,
  dismiss: 1,
  retry: 1,
  check: 0.7,
};

const EVENT_WEIGHTS: Readonly<Record<WorldEvent, number>> = {
  offline: 4,
  partition: 2,
  'half-open': 2,
  kill: 3,
  'power-cut': 2,
  freeze: 1.5,
  'disk-error': 1.5,
  'disk-full': 1,
  evict: 0.7,
  clock: 1.5,
  'node-kill': 2,
  'database-error': 1.5,
  'unknown-commit': 2,
  backup: 1.5,
  'roll-back': 1,
  collect: 2.5,
  rights: 2,
  'sign-out': 1,
};

export function drawPlan(seed: number): Plan {
  const random = new Random(seed, 'plan');
  const lone = seed % 4 === 0;
  const faults = new Set<Fault>();
  // One run in twelve has no fault at all: what fails there is plain wrong.
  const calm = random.happens(1 / 12);
  for (const fault of FAULTS) {
    // Each by its own dice: a fault that is added later leaves all plans without it as they are.
    const drawn = new Random(seed, `fault ${fault}`).happens(FAULT_CHANCE[fault]);
    if (drawn && !calm && !(lone && NOT_ALONE.includes(fault))) faults.add(fault);
  }
  const deviceCount = lone ? 1 : random.happens(0.1) ? random.between(5, 8) : random.between(2, 4);
  const accounts = lone ? 1 : random.between(1, Math.min(3, deviceCount));
  const devices = Array.from({ length: deviceCount }, (_, at) => (at < accounts ? at : random.below(accounts)));
  const tabs = random.between(2, 4);
  const nodes = random.between(2, 3);
  return {
    ...{ seed, lone, accounts, devices, faults },
    tabs: faults.has('tabs') ? tabs : 1,
    nodes: faults.has('nodes') ? nodes : 1,
    workspaces: random.weighted({ 1: 6, 2: 2, 3: 1 }) === '1' ? 1 : random.between(2, 3),
    steps: drawSteps(new Random(seed, 'steps'), faults),
  };
}

function drawSteps(random: Random, faults: ReadonlySet<Fault>): Step[] {
  const count = random.between(OPS_MIN, OPS_MAX);
  const deeds: Partial<Record<Deed, number>> = {};
  for (const deed of DEEDS) {
    const fault = DEED_FAULTS[deed];
    // Swarm testing again: in some runs people do a few things only, and do them much.
    if (fault === undefined || faults.has(fault)) deeds[deed] = random.happens(0.25) ? 0 : DEED_WEIGHTS[deed];
  }
  deeds.create = DEED_WEIGHTS.create;
  const events: Partial<Record<WorldEvent, number>> = {};
  for (const event of EVENTS) if (faults.has(EVENT_FAULTS[event])) events[event] = EVENT_WEIGHTS[event];
  const eventShare = Object.keys(events).length === 0 ? 0 : random.number() * 0.35;
  const paceMs = random.of([20, 300, 2_000, 8_000]);
  const first = random.between(0, 12);
  const steps: Step[] = [];
  let at = random.below(2_000);
  for (let made = 0; made < count; made += 1) {
    const who = random.below(1 << 20);
    const dice = random.below(0x7fff_ffff);
    if (random.happens(eventShare)) {
      const act = random.weighted(events);
      steps.push({ at, who, act, dice, fault: EVENT_FAULTS[act] });
    } else {
      // There must be something before much can be done to it.
      const act = made < first ? 'create' : random.weighted(deeds);
      steps.push({ at, who, act, dice, fault: DEED_FAULTS[act] ?? null });
    }
    at += random.happens(0.4) ? random.below(30) : random.below(paceMs);
    // Every quiet minute costs some pings, so hours are rare.
    if (random.happens(0.008)) at += random.between(30_000, random.happens(0.05) ? 3 * 3_600_000 : 600_000);
  }
  return steps;
}

/** A part of a plan: without some of what goes wrong, and with some of the steps only. */
export interface Cut {
  readonly without: readonly Fault[];
  /** The steps that stay, by their place in the whole plan; null: all. */
  readonly only: readonly number[] | null;
}

export const UNCUT: Cut = { without: [], only: null };

export function cutPlan(plan: Plan, cut: Cut): Plan {
  const faults = new Set([...plan.faults].filter((fault) => !cut.without.includes(fault)));
  const steps = plan.steps.filter(
    ({ fault }, at) => (fault === null || faults.has(fault)) && (cut.only === null || cut.only.includes(at)),
  );
  return {
    ...plan,
    ...{ faults, steps },
    tabs: faults.has('tabs') ? plan.tabs : 1,
    nodes: faults.has('nodes') ? plan.nodes : 1,
  };
}
