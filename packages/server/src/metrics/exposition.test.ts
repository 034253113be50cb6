import { describe, expect, it } from 'vitest';
import { Metrics } from './exposition.ts';

describe('numbers for Prometheus', () => {
  it('are counters, histograms and gauges in its text format', () => {
    const metrics = new Metrics();
    let devices = 2;
    metrics.info('app_info', 'About it.', { version: 'a "b" \\ c\nd' });
    metrics.value('gauge', 'devices', 'Connected.', () => devices);
    const commits = metrics.counter('commits_total', 'Commits.');
    const seconds = metrics.histogram('seconds', 'How long.', [0.1, 1]);
    devices = 3;
    commits.add(1, { kind: 'a' });
    commits.add(2, { kind: 'b' });
    commits.add(1, { kind: 'a' });
    for (const value of [0.05, 0.1, 0.5, 2]) seconds.observe(value, { route: '/api' });
    expect(metrics.text()).toBe(`# HELP app_info About it.
# TYPE app_info gauge
app_info{version="a \\"b\\" \\\\ c\\nd"} 1
# HELP devices Connected.
# TYPE devices gauge
devices 3
# HELP commits_total Commits.
# TYPE commits_total counter
commits_total{kind="a"} 2
commits_total{kind="b"} 2
# HELP seconds How long.
# TYPE seconds histogram
seconds_bucket{route="/api",le="0.1"} 2
seconds_bucket{route="/api",le="1"} 3
seconds_bucket{route="/api",le="+Inf"} 4
seconds_sum{route="/api"} 2.65
seconds_count{route="/api"} 4
`);
  });
});
