/** How the time of an exchange was spent, as parts of a bar. */
import type { Timings } from '@waypost/runner';

export interface Span {
  readonly name: string;
  readonly fromMs: number;
  readonly ms: number;
}

/** In their order; what did not happen is not there. What no part accounts for is the server's, or the sender's. */
export function spansOf({ dnsMs, connectMs, tlsMs, firstByteMs, downloadMs, totalMs }: Timings): Span[] {
  const spans: Span[] = [];
  let at = 0;
  const add = (name: string, ms: number | null): void => {
    if (ms === null || ms < 0) return;
    spans.push({ name, fromMs: at, ms });
    at += ms;
  };
  add('Name looked up', dnsMs);
  add('Connected', connectMs);
  add('Secured', tlsMs);
  add('Waited for the first byte', firstByteMs);
  add('Downloaded', downloadMs);
  const left = totalMs - at;
  if (left >= 1) spans.push({ name: 'Everything else', fromMs: at, ms: left });
  return spans;
}
