/** The rows of the app's table. */
import type { Metric, Unit } from '../metrics.ts';

const row = (label: string, unit: Unit, target: string | null, rank: Metric['rank']): Metric => ({
  label,
  unit,
  target,
  rank,
});

export const appMetrics = {
  ready: (elements: number): Metric =>
    row(
      `app ready to type, ${count(elements)} elements on the device`,
      'ms',
      elements > 10_000 ? '≤ 1,500 ms' : '≤ 500 ms',
      [1, elements, 0],
    ),
  treeUsable: (elements: number): Metric =>
    row(`first sync of ${count(elements)}, tree usable`, 'ms', elements > 10_000 ? '≤ 2,000 ms' : '≤ 500 ms', [
      2,
      elements,
      0,
    ]),
  complete: (elements: number): Metric =>
    row(`first sync of ${count(elements)}, complete`, 'ms', elements > 10_000 ? '≤ 6,000 ms' : '≤ 1,500 ms', [
      2,
      elements,
      1,
    ]),
  painted: (rank: 50 | 95): Metric =>
    row(`saved on one browser, painted on another, p${rank}`, 'ms', rank === 95 ? '≤ 50 ms' : null, [3, 0, rank]),
  keyInUrl: (rank: 50 | 95): Metric =>
    row(`key to paint in the URL, p${rank}`, 'ms', rank === 95 ? '≤ 16 ms' : null, [4, 0, rank]),
  busyInUrl: (rank: 50 | 95): Metric => row(`busy with a key in the URL, p${rank}`, 'ms', null, [4, 0, 100 + rank]),
  keyInBody: (rank: 50 | 95): Metric =>
    row(`key to paint in a body of 1 MB, p${rank}`, 'ms', rank === 95 ? '≤ 32 ms' : null, [4, 1, rank]),
  frame: (elements: number, rank: 50 | 99): Metric =>
    row(`frame while scrolling ${count(elements)} elements, p${rank}`, 'ms', rank === 50 ? '≤ 17 ms' : '≤ 33 ms', [
      5,
      elements,
      rank,
    ]),
  code: (): Metric => row('code before the first paint, gzip', 'KB', '≤ 300 KB', [6, 0, 0]),
  heap: (elements: number): Metric =>
    row(`memory of scripts, ${count(elements)} elements`, 'MB', null, [7, elements, 0]),
  memory: (elements: number): Metric =>
    row(`memory of the tab, ${count(elements)} elements`, 'MB', elements > 10_000 ? '≤ 300 MB' : null, [
      7,
      elements,
      1,
    ]),
};

function count(number: number): string {
  return number.toLocaleString('en-US');
}
