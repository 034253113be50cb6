/** What is run: from the command line, with the sizes of the full and of the quick bench. */
import { parseArgs } from 'node:util';

import { type ContenderName, contenderNames } from './contender.ts';
import { availableContenders } from './contenders.ts';

export const workloadNames = ['first-sync', 'edit', 'burst', 'away', 'fan-out', 'reconnect', 'memory', 'app'] as const;
export type WorkloadName = (typeof workloadNames)[number];

export interface Sizes {
  readonly requests: number;
  readonly firstSyncRequests: readonly number[];
  readonly sequentialEdits: number;
  readonly burstEdits: number;
  readonly missedEdits: number;
  readonly crowds: readonly number[];
  readonly fanOutSeconds: number;
  readonly reconnecting: number;
  readonly editsBeforeReconnect: number;
  readonly idleConnections: number;
  /** Elements in the workspaces that the app is measured with; the last is the large one. */
  readonly appRequests: readonly [number, number];
}

export interface Settings {
  readonly runs: number;
  readonly contenders: readonly ContenderName[];
  readonly workloads: ReadonlySet<WorkloadName>;
  readonly sizes: Sizes;
  readonly output: string | null;
}

export const usage = `npm run bench -- [--runs N] [--quick] [--only floor,hocuspocus] [--workloads edit,burst] [--output FILE]
  workloads: ${workloadNames.join(', ')}`;

const fullSizes: Sizes = {
  requests: 10_000,
  firstSyncRequests: [1_000, 10_000, 100_000],
  sequentialEdits: 500,
  burstEdits: 5_000,
  missedEdits: 1_000,
  crowds: [200, 1_000],
  fanOutSeconds: 5,
  reconnecting: 200,
  editsBeforeReconnect: 100,
  idleConnections: 500,
  appRequests: [10_000, 100_000],
};

const quickSizes: Sizes = {
  requests: 2_000,
  firstSyncRequests: [1_000, 10_000],
  sequentialEdits: 100,
  burstEdits: 500,
  missedEdits: 200,
  crowds: [50, 200],
  fanOutSeconds: 2,
  reconnecting: 50,
  editsBeforeReconnect: 50,
  idleConnections: 200,
  appRequests: [1_000, 10_000],
};

/** Throws an Error with a sentence for a person when the flags make no sense. */
export function parseSettings(parameters: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      runs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      workloads: { type: 'string' },
      output: { type: 'string' },
    },
  });
  const contenders = values.only === undefined ? availableContenders : chosen(values.only, contenderNames);
  const missing = contenders.find((name) => !availableContenders.includes(name));
  if (missing) throw new Error(`"${missing}" is not plugged in`);
  const runs = Number(values.runs ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(runs) || runs < 1 || runs > 50) throw new Error('--runs takes a number from 1 to 50');
  return {
    runs,
    contenders,
    workloads: new Set(values.workloads === undefined ? workloadNames : chosen(values.workloads, workloadNames)),
    sizes: values.quick ? quickSizes : fullSizes,
    output: values.output ?? null,
  };
}

function chosen<Name extends string>(list: string, names: readonly Name[]): Name[] {
  return list.split(',').map((text) => {
    const name = names.find((candidate) => candidate === text.trim());
    if (!name) throw new Error(`"${text}" is none of ${names.join(', ')}`);
    return name;
  });
}
