/** Where the time went, and whom it was spent with. */
import type { Attempt } from '../sending/attempt.ts';
import { WAYS } from '../sending/ways.ts';
import { PairsTable } from './pairs-table.tsx';
import { durationText } from './quantities.ts';
import { Scrolled } from './scrolled.tsx';
import { spansOf } from './timeline.ts';

export function TimelineView({ attempt }: { readonly attempt: Attempt }) {
  const { end, head, way } = attempt;
  if (end === null) return <p className="px-4 py-3 text-sm text-muted">It is known when the response is complete.</p>;
  const spans = spansOf(end.timings);
  const total = Math.max(end.timings.totalMs, 0.1, ...spans.map(({ fromMs, ms }) => fromMs + ms));
  return (
    <Scrolled label="Timeline and connection">
      <ul aria-label="Timeline" className="flex flex-col gap-1 p-3">
        {spans.map(({ name, fromMs, ms }) => (
          <li key={name} className="flex items-center gap-3 text-xs">
            <span className="w-44 shrink-0 truncate text-muted">{name}</span>
            <span aria-hidden className="relative h-3 min-w-0 flex-1 rounded bg-sunken">
              <span
                className="absolute inset-y-0 min-w-0.5 rounded bg-accent"
                style={{ left: `${(fromMs / total) * 100}%`, width: `${(ms / total) * 100}%` }}
              />
            </span>
            <span className="w-16 shrink-0 text-right tabular-nums">{durationText(ms)}</span>
          </li>
        ))}
        <li className="flex items-center gap-3 border-t border-line pt-1 text-xs font-medium">
          <span className="min-w-0 flex-1">In all</span>
          <span className="w-16 shrink-0 text-right tabular-nums">{durationText(end.timings.totalMs)}</span>
        </li>
      </ul>
      <PairsTable
        label="Connection"
        rows={[
          ['Sent by', WAYS[way].name],
          ...(head === null || head.httpVersion === '' ? [] : [['Protocol', `HTTP/${head.httpVersion}`] as const]),
          ...(head?.remote == null ? [] : [['Address', `${head.remote.address}:${head.remote.port}`] as const]),
          ...(head?.tls == null
            ? []
            : ([
                ['Security', `${head.tls.protocol}, ${head.tls.cipher}`],
                ['Certificate', head.tls.subject],
                ['Signed by', head.tls.issuer],
                ['Valid', `${head.tls.validFrom} to ${head.tls.validTo}`],
                ...(head.tls.untrusted === null ? [] : [['Not trusted', head.tls.untrusted] as const]),
              ] as const)),
        ]}
      />
    </Scrolled>
  );
}
