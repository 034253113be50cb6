/**
 * `npm run bench`: the same workloads against Waypost, a bare floor and Hocuspocus, in turn, several runs, and one
 * table of medians and ratios.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';

import { startFloorSite } from './app/floor-site.ts';
import { type AppPlay, playApp } from './app/plays.ts';
import { killAll } from './child-processes.ts';
import { now } from './clock.ts';
import type { ContenderName } from './contender.ts';
import { measureSyncsPerSecond } from './disk-floor.ts';
import { playDevices, playFirstSync, playMemory } from './plays.ts';
import { Results } from './results.ts';
import { parseSettings, type Settings, usage, type WorkloadName, workloadNames } from './settings.ts';
import { onStage } from './stage.ts';
import { median } from './statistics.ts';

const deviceWorkloads: readonly WorkloadName[] = ['edit', 'burst', 'away', 'fan-out', 'reconnect'];

const settings = readSettings();
// One folder for everything, so that all contenders write to the disk that is measured.
const workFolder = mkdtempSync(join(tmpdir(), 'waypost-bench-'));
process.on('exit', clearAway);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

const report = await run(settings);
console.log(report);
if (settings.output) await writeFile(settings.output, `${report}\n`);

async function run({ runs, contenders }: Settings): Promise<string> {
  const results = new Results();
  const syncsPerSecond: number[] = [];
  const isSync = workloadNames.some((name) => name !== 'app' && settings.workloads.has(name));
  for (let number = 1; isSync && number <= runs; number += 1) {
    syncsPerSecond.push(measureSyncsPerSecond(workFolder));
    for (const contender of inTurn(contenders, number)) {
      const startedAt = now();
      await runContender(contender, results);
      const seconds = ((now() - startedAt) / 1000).toFixed(0);
      console.error(`run ${number} of ${runs}: ${contender}, ${seconds} s`);
    }
  }
  const app = settings.workloads.has('app') ? ['', 'The app in Chromium:', '', await runApp(settings)] : [];
  if (syncsPerSecond.length === 0) return app.slice(1).join('\n');
  return [...preface(settings, syncsPerSecond), '', results.table(contenders), ...app].join('\n');
}

/** The app, in a browser: beside the least a page can do, in the same run. */
async function runApp({ runs, sizes }: Settings): Promise<string> {
  const results = new Results();
  const floor = await startFloorSite();
  try {
    for (let number = 1; number <= runs; number += 1) {
      const startedAt = now();
      const note: AppPlay['note'] = (contender, metric, figure) => results.add(contender, metric, figure);
      await playApp({ workFolder, sizes: sizes.appRequests, floor, note });
      console.error(`run ${number} of ${runs}: the app, ${((now() - startedAt) / 1000).toFixed(0)} s`);
    }
  } finally {
    floor.stop();
  }
  return results.table(['waypost', 'floor']);
}

async function runContender(contender: ContenderName, results: Results): Promise<void> {
  const { sizes, workloads } = settings;
  const note: Parameters<typeof playMemory>[0]['note'] = (metric, figure) => results.add(contender, metric, figure);
  const stageOf = (requestCount: number) => ({ contender, requestCount, workFolder });
  if (workloads.has('first-sync')) {
    for (const requestCount of sizes.firstSyncRequests) {
      await onStage(stageOf(requestCount), (stage) => playFirstSync({ stage, sizes, note }));
    }
  }
  if (workloads.has('memory')) {
    await onStage(stageOf(sizes.requests), (stage) => playMemory({ stage, sizes, note }));
  }
  if (deviceWorkloads.some((name) => workloads.has(name))) {
    await onStage(stageOf(sizes.requests), (stage) => playDevices({ stage, sizes, note }, workloads));
  }
}

/** Each run begins with another contender, so that none always has the machine at its freshest. */
function inTurn(contenders: readonly ContenderName[], run: number): ContenderName[] {
  const first = (run - 1) % contenders.length;
  return [...contenders.slice(first), ...contenders.slice(0, first)];
}

function preface({ runs, sizes }: Settings, syncsPerSecond: readonly number[]): string[] {
  const count = sizes.requests.toLocaleString('en-US');
  return [
    `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.versions.node}, ${process.platform}. ` +
      `Medians of ${runs} ${runs === 1 ? 'run' : 'runs'}, contenders in turn. Workspace of ${count} requests of about 1.2 KB where no number is given.`,
    `Disk: ${median(syncsPerSecond).toFixed(0)} fdatasync a second ` +
      `(${Math.min(...syncsPerSecond).toFixed(0)} to ${Math.max(...syncsPerSecond).toFixed(0)} over the runs).`,
    'Hocuspocus acknowledges from memory and stores nothing on the device; the others only acknowledge what is on disk.',
  ];
}

function readSettings(): Settings {
  try {
    return parseSettings(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return process.exit(2);
  }
}

function clearAway(): void {
  killAll();
  rmSync(workFolder, { recursive: true, force: true });
}
