/** The rows of the table, in order, and what is known of each besides its figures. */

export type Unit = 'ms' | 'MB' | 'KB' | 'KiB';

export interface Metric {
  readonly label: string;
  readonly unit: Unit;
  /** What Waypost is held to, in words; null where a figure is only reported. */
  readonly target: string | null;
  /** Orders the table: workload, then size, then position. */
  readonly rank: readonly [workload: number, size: number, position: number];
}

export const metrics = {
  firstSync: (requests: number): Metric => ({
    label: `first sync, ${count(requests)} requests`,
    unit: 'ms',
    target: '≤ 1.5 × floor',
    rank: [1, requests, 0],
  }),
  treeUsable: (requests: number): Metric => ({
    label: `first sync, ${count(requests)} requests, tree usable`,
    unit: 'ms',
    target: requests === 10_000 ? '≤ 400 ms' : null,
    rank: [1, requests, 1],
  }),
  firstSyncBytes: (requests: number): Metric => ({
    label: `first sync, ${count(requests)} requests, on the wire`,
    unit: 'MB',
    target: requests === 10_000 ? '≤ 3.0 MB' : null,
    rank: [1, requests, 2],
  }),
  editSeen: (rank: 50 | 95 | 99): Metric => ({
    label: `one edit until seen by B, p${rank}`,
    unit: 'ms',
    target: rank === 99 ? null : '≤ 1.5 × floor',
    rank: [2, 0, rank],
  }),
  burstAcknowledged: (edits: number): Metric => ({
    label: `burst of ${count(edits)} edits, acknowledged`,
    unit: 'ms',
    target: '≤ 2.5 × floor',
    rank: [3, 0, 0],
  }),
  burstSeen: (edits: number): Metric => ({
    label: `burst of ${count(edits)} edits, all seen by B`,
    unit: 'ms',
    target: '≤ 2.5 × floor',
    rank: [3, 0, 1],
  }),
  missedSeen: (edits: number): Metric => ({
    label: `${count(edits)} missed edits, B caught up`,
    unit: 'ms',
    target: '≤ 2.5 × floor',
    rank: [4, 0, 0],
  }),
  offlineAcknowledged: (edits: number): Metric => ({
    label: `${count(edits)} edits made offline, acknowledged`,
    unit: 'ms',
    target: '≤ 2.5 × floor',
    rank: [4, 0, 1],
  }),
  offlineSeen: (edits: number): Metric => ({
    label: `${count(edits)} edits made offline, all seen by B`,
    unit: 'ms',
    target: '≤ 2.5 × floor',
    rank: [4, 0, 2],
  }),
  fanOut: (devices: number): Metric => ({
    label: `${count(devices)} devices, 10 edits a second, p95`,
    unit: 'ms',
    target: '≤ 1.5 × floor',
    rank: [5, devices, 0],
  }),
  reconnect: (devices: number): Metric => ({
    label: `${count(devices)} devices reconnect at once, all caught up`,
    unit: 'ms',
    target: '≤ 2.5 × floor',
    rank: [6, devices, 0],
  }),
  serverMemory: (requests: number): Metric => ({
    label: `server memory, ${count(requests)} requests open`,
    unit: 'MB',
    target: '≤ 150 MB',
    rank: [7, 0, 0],
  }),
  connectionMemory: (): Metric => ({
    label: 'server memory per idle connection',
    unit: 'KiB',
    target: '≤ 20 KiB',
    rank: [7, 0, 1],
  }),
};

function count(number: number): string {
  return number.toLocaleString('en-US');
}
