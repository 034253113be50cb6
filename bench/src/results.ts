/** Collects the figures of all runs and writes them as one table of medians and ratios. */
import type { ContenderName } from './contender.ts';
import type { Metric } from './metrics.ts';
import { median } from './statistics.ts';

interface Row {
  readonly metric: Metric;
  readonly figures: Map<ContenderName, number[]>;
}

const titles: Readonly<Record<ContenderName, string>> = {
  waypost: 'Waypost',
  floor: 'floor',
  hocuspocus: 'Hocuspocus',
};
const absent = '–';

export class Results {
  readonly #rows = new Map<string, Row>();

  add(contender: ContenderName, metric: Metric, figure: number): void {
    const row = this.#rows.get(metric.label) ?? { metric, figures: new Map<ContenderName, number[]>() };
    this.#rows.set(metric.label, row);
    row.figures.set(contender, [...(row.figures.get(contender) ?? []), figure]);
  }

  /** A Markdown table with aligned columns, so that it reads the same in a terminal. */
  table(contenders: readonly ContenderName[]): string {
    const others = contenders.filter((name) => name !== 'waypost');
    const head = [
      'workload',
      'unit',
      ...contenders.map((name) => titles[name]),
      ...others.map((name) => `Waypost / ${titles[name]}`),
      'target',
    ];
    const rows = [...this.#rows.values()]
      .toSorted(byRank)
      .map((row) => [
        row.metric.label,
        row.metric.unit,
        ...contenders.map((name) => format(medianOf(row, name))),
        ...others.map((name) => ratio(row, name)),
        row.metric.target ?? absent,
      ]);
    return layOut(head, rows);
  }
}

function byRank({ metric: a }: Row, { metric: b }: Row): number {
  return a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2];
}

function medianOf(row: Row, contender: ContenderName): number | null {
  const figures = row.figures.get(contender);
  return figures ? median(figures) : null;
}

function ratio(row: Row, other: ContenderName): string {
  const ours = medianOf(row, 'waypost');
  const theirs = medianOf(row, other);
  return ours === null || theirs === null || theirs === 0 ? absent : (ours / theirs).toFixed(2);
}

function format(figure: number | null): string {
  if (figure === null) return absent;
  return figure.toFixed(figure < 10 ? 2 : figure < 100 ? 1 : 0);
}

function layOut(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const isText = (column: number): boolean => column < 2 || column === head.length - 1;
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (isText(column) ? `-${'-'.repeat(width)}-` : `-${'-'.repeat(width)}:`)).join('|')}|`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
