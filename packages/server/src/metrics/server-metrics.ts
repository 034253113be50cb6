/** What is measured of a server. docs/operating/metrics.md lists it. */
import { performance } from 'node:perf_hooks';
import { VERSION } from '../version.ts';
import { type Counter, type Histogram, Metrics } from './exposition.ts';

/** From an answer out of memory to a long poll. */
const SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 30];

export interface SyncCounts {
  readonly devices: number;
  readonly workspaces: number;
}

export class ServerMetrics {
  readonly #metrics = new Metrics();
  readonly #requests: Counter;
  readonly #seconds: Histogram;
  readonly #commits: Counter;
  readonly #revisions: Counter;
  readonly #troubles: Counter;

  constructor() {
    const metrics = this.#metrics;
    metrics.info('waypost_info', 'The version that runs.', { version: VERSION });
    this.#requests = metrics.counter('waypost_http_requests_total', 'Requests answered, by route and status.');
    this.#seconds = metrics.histogram(
      'waypost_http_request_seconds',
      'How long answers took, by route. Polls wait for news and are not in it.',
      SECONDS,
    );
    this.#commits = metrics.counter('waypost_commits_total', 'Commits of synced changes.');
    this.#revisions = metrics.counter('waypost_revisions_total', 'Revisions that these commits made.');
    this.#troubles = metrics.counter('waypost_storage_failures_total', 'Failures of the disk or the database in sync.');
    for (const counter of [this.#commits, this.#revisions, this.#troubles]) counter.add(0);
    metrics.value('gauge', 'process_start_time_seconds', 'When the process started.', () =>
      Math.round(performance.timeOrigin / 1_000),
    );
    metrics.value('gauge', 'process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
    metrics.value('counter', 'process_cpu_seconds_total', 'Processor time, of all threads.', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000_000;
    });
    metrics.value('counter', 'waypost_main_thread_busy_seconds_total', 'Time that the main thread worked.', () => {
      return performance.eventLoopUtilization().active / 1_000;
    });
  }

  /** Where sync is on. */
  countSync(counts: () => SyncCounts): void {
    const metrics = this.#metrics;
    metrics.value('gauge', 'waypost_connected_devices', 'Devices in a conversation, by WebSocket or poll.', () => {
      return counts().devices;
    });
    metrics.value('gauge', 'waypost_followed_workspaces', 'Workspaces that a connected device follows.', () => {
      return counts().workspaces;
    });
  }

  /** `route` is the pattern, never the path. */
  answered(route: string, status: number, seconds: number): void {
    this.#requests.add(1, { route, status: String(status) });
    if (route !== '/api/sync/poll') this.#seconds.observe(seconds, { route });
  }

  committed(revisions: number): void {
    this.#commits.add(1);
    this.#revisions.add(revisions);
  }

  storageFailed(): void {
    this.#troubles.add(1);
  }

  text(): string {
    return this.#metrics.text();
  }
}
