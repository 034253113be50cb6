/** The workloads, each played on a stage and written down as figures. */
import { startByteCounter } from './byte-counter.ts';
import type { ClientHandle } from './client-handle.ts';
import { now, pause } from './clock.ts';
import { type Metric, metrics } from './metrics.ts';
import { residentBytes } from './resident-memory.ts';
import type { Sizes, WorkloadName } from './settings.ts';
import type { Stage } from './stage.ts';
import { percentile } from './statistics.ts';
import type { MarkRange } from './workload.ts';

export interface Play {
  readonly stage: Stage;
  readonly sizes: Sizes;
  readonly note: (metric: Metric, figure: number) => void;
}

/** A server's memory is read after it has had this long to settle. */
const settleMs = 1_500;
const editIntervalMs = 100;
/** The first connections make the server load code and grow its heap, which is not what one more connection costs. */
const warmingConnections = 100;

/**
 * One device goes first, through the byte counter: it also leads the server to make what it makes once for all, such
 * as a snapshot. The one that is timed is new, too, and in a new process.
 */
export async function playFirstSync({ stage, note }: Play): Promise<void> {
  const counter = await startByteCounter(stage.server.address.url);
  const counted = await stage.openDevice({ ...stage.server.address, url: counter.url });
  await counted.ask('connect', {});
  note(metrics.firstSyncBytes(stage.requestCount), (await counter.finish()) / 1e6);
  await stage.closeClients();

  const timed = await stage.openDevice();
  const { startedAt, treeUsableAt, completeAt } = await timed.ask('connect', {});
  note(metrics.firstSync(stage.requestCount), completeAt - startedAt);
  if (treeUsableAt !== null) note(metrics.treeUsable(stage.requestCount), treeUsableAt - startedAt);
}

/** The server was just started on its data and has one device, then a crowd that does nothing. */
export async function playMemory({ stage, sizes, note }: Play): Promise<void> {
  const device = await stage.openDevice();
  await device.ask('connect', {});
  note(metrics.serverMemory(stage.requestCount), (await settledBytes(stage)) / 1e6);

  const crowd = await stage.openCrowd();
  await crowd.ask('joinCrowd', { count: warmingConnections });
  const before = await settledBytes(stage);
  await crowd.ask('joinCrowd', { count: sizes.idleConnections });
  const after = await settledBytes(stage);
  note(metrics.connectionMemory(), (after - before) / sizes.idleConnections / 1024);
}

/** All that A and B do with each other, on one server, in the order of the table. */
export async function playDevices(play: Play, workloads: ReadonlySet<WorkloadName>): Promise<void> {
  const { stage } = play;
  const a = await stage.openDevice();
  await a.ask('connect', {});
  const b = await stage.openDevice();
  await b.ask('connect', {});
  if (workloads.has('edit')) await playEdits(play, a, b);
  if (workloads.has('burst')) await playBurst(play, a, b);
  if (workloads.has('away')) {
    await playMissedEdits(play, a, b);
    await playOfflineEdits(play, a, b);
  }
  await b.close();
  if (workloads.has('reconnect')) await playReconnect(play, a);
  if (workloads.has('fan-out')) await playFanOut(play, a);
}

async function playEdits({ stage, sizes, note }: Play, a: ClientHandle, b: ClientHandle): Promise<void> {
  const latencies: number[] = [];
  for (let edit = 0; edit < sizes.sequentialEdits; edit += 1) {
    const marks = stage.takeMarks(1);
    const seen = b.ask('whenSeen', { marks, observers: 1 });
    const { startedAt } = await a.ask('edit', { marks, requestCount: stage.requestCount });
    latencies.push(latest(await seen) - startedAt);
  }
  await a.ask('whenAcknowledged', {});
  for (const rank of [50, 95, 99] as const) note(metrics.editSeen(rank), percentile(latencies, rank));
}

async function playBurst({ stage, sizes, note }: Play, a: ClientHandle, b: ClientHandle): Promise<void> {
  const marks = stage.takeMarks(sizes.burstEdits);
  const seen = b.ask('whenSeen', { marks, observers: 1 });
  const { startedAt } = await a.ask('edit', { marks, requestCount: stage.requestCount });
  note(metrics.burstAcknowledged(marks.count), (await a.ask('whenAcknowledged', {})) - startedAt);
  note(metrics.burstSeen(marks.count), latest(await seen) - startedAt);
}

async function playMissedEdits({ stage, sizes, note }: Play, a: ClientHandle, b: ClientHandle): Promise<void> {
  await b.ask('disconnect', {});
  const marks = stage.takeMarks(sizes.missedEdits);
  await a.ask('edit', { marks, requestCount: stage.requestCount });
  await a.ask('whenAcknowledged', {});

  const seen = b.ask('whenSeen', { marks, observers: 1 });
  const { startedAt } = await b.ask('connect', {});
  note(metrics.missedSeen(marks.count), latest(await seen) - startedAt);
}

async function playOfflineEdits({ stage, sizes, note }: Play, a: ClientHandle, b: ClientHandle): Promise<void> {
  await a.ask('disconnect', {});
  const marks = stage.takeMarks(sizes.missedEdits);
  await a.ask('edit', { marks, requestCount: stage.requestCount });

  const seen = b.ask('whenSeen', { marks, observers: 1 });
  const [{ startedAt }, acknowledgedAt] = await Promise.all([a.ask('connect', {}), a.ask('whenAcknowledged', {})]);
  note(metrics.offlineAcknowledged(marks.count), acknowledgedAt - startedAt);
  note(metrics.offlineSeen(marks.count), latest(await seen) - startedAt);
}

async function playReconnect({ stage, sizes, note }: Play, a: ClientHandle): Promise<void> {
  const crowd = await stage.openCrowd();
  await crowd.ask('joinCrowd', { count: sizes.reconnecting });
  await crowd.ask('leaveCrowd', {});
  const marks = stage.takeMarks(sizes.editsBeforeReconnect);
  await a.ask('edit', { marks, requestCount: stage.requestCount });
  await a.ask('whenAcknowledged', {});

  const seen = crowd.ask('whenSeen', { marks, observers: sizes.reconnecting });
  const startedAt = await crowd.ask('rejoinCrowd', {});
  note(metrics.reconnect(sizes.reconnecting), latest(await seen) - startedAt);
  await crowd.close();
}

async function playFanOut({ stage, sizes, note }: Play, a: ClientHandle): Promise<void> {
  const crowd = await stage.openCrowd();
  let joined = 0;
  for (const devices of sizes.crowds) {
    await crowd.ask('joinCrowd', { count: devices - joined });
    joined = devices;
    const marks = stage.takeMarks(sizes.fanOutSeconds * (1_000 / editIntervalMs));
    const seen = crowd.ask('whenSeen', { marks, observers: devices });
    const startedAt = await editSteadily(a, marks, stage.requestCount);
    const latencies = (await seen).flatMap((times, edit) => times.map((time) => time - (startedAt[edit] ?? 0)));
    note(metrics.fanOut(devices), percentile(latencies, 95));
  }
  await crowd.close();
}

/** Edits at a steady rate, whether or not the one before has arrived anywhere; tells when each was started. */
async function editSteadily(a: ClientHandle, marks: MarkRange, requestCount: number): Promise<number[]> {
  const begin = now();
  const edits: Promise<{ startedAt: number }>[] = [];
  for (let offset = 0; offset < marks.count; offset += 1) {
    await pause(Math.max(0, begin + offset * editIntervalMs - now()));
    edits.push(a.ask('edit', { marks: { from: marks.from + offset, count: 1 }, requestCount }));
  }
  return (await Promise.all(edits)).map(({ startedAt }) => startedAt);
}

async function settledBytes(stage: Stage): Promise<number> {
  await pause(settleMs);
  return residentBytes(stage.server.processId);
}

function latest(times: readonly (readonly number[])[]): number {
  return times.flat().reduce((last, time) => Math.max(last, time), 0);
}
