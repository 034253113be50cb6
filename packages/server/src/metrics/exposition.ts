/**
 * Numbers about the running server in the text format of Prometheus (version 0.0.4). Three kinds are all that is needed:
 * counters, histograms, and gauges that are asked for their value when somebody reads them. Values of labels come from
 * closed lists of ours, so that the number of series is bounded and no name of a person gets in.
 */
export type Labels = Readonly<Record<string, string>>;

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly lines: () => readonly string[];
}

export class Metrics {
  readonly #metrics: Metric[] = [];

  counter(name: string, help: string): Counter {
    const counter = new Counter(name);
    this.#metrics.push({ name, help, kind: 'counter', lines: () => counter.lines() });
    return counter;
  }

  /** `bounds` are the upper ones of its buckets, ascending. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const histogram = new Histogram(name, bounds);
    this.#metrics.push({ name, help, kind: 'histogram', lines: () => histogram.lines() });
    return histogram;
  }

  /** A counter is a value that only rises. */
  value(kind: 'counter' | 'gauge', name: string, help: string, read: () => number): void {
    this.#metrics.push({ name, help, kind, lines: () => [line(name, {}, read())] });
  }

  /** What is always 1, and says something with its labels. */
  info(name: string, help: string, labels: Labels): void {
    this.#metrics.push({ name, help, kind: 'gauge', lines: () => [line(name, labels, 1)] });
  }

  text(): string {
    const parts = this.#metrics.flatMap(({ name, help, kind, lines }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${kind}`,
      ...lines(),
    ]);
    return `${parts.join('\n')}\n`;
  }
}

export class Counter {
  readonly #name: string;
  readonly #series = new Map<string, { readonly labels: Labels; value: number }>();

  constructor(name: string) {
    this.#name = name;
  }

  add(amount: number, labels: Labels = {}): void {
    seriesOf(this.#series, labels, () => ({ labels, value: 0 })).value += amount;
  }

  lines(): readonly string[] {
    return [...this.#series.values()].map(({ labels, value }) => line(this.#name, labels, value));
  }
}

interface Buckets {
  readonly labels: Labels;
  /** How many were at most each bound. */
  readonly counts: number[];
  count: number;
  sum: number;
}

export class Histogram {
  readonly #name: string;
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Buckets>();

  constructor(name: string, bounds: readonly number[]) {
    this.#name = name;
    this.#bounds = bounds;
  }

  observe(value: number, labels: Labels = {}): void {
    const counts = () => this.#bounds.map(() => 0);
    const series = seriesOf(this.#series, labels, () => ({ labels, counts: counts(), count: 0, sum: 0 }));
    for (const [at, bound] of this.#bounds.entries())
      if (value <= bound) series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.count += 1;
    series.sum += value;
  }

  lines(): readonly string[] {
    return [...this.#series.values()].flatMap(({ labels, counts, count, sum }) => [
      ...this.#bounds.map((bound, at) =>
        line(`${this.#name}_bucket`, { ...labels, le: String(bound) }, counts[at] ?? 0),
      ),
      line(`${this.#name}_bucket`, { ...labels, le: '+Inf' }, count),
      line(`${this.#name}_sum`, labels, sum),
      line(`${this.#name}_count`, labels, count),
    ]);
  }
}

function seriesOf<Series>(all: Map<string, Series>, labels: Labels, make: () => Series): Series {
  const key = JSON.stringify(labels);
  const series = all.get(key) ?? make();
  all.set(key, series);
  return series;
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
