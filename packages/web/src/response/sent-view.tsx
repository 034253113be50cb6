/** The request as it really went out, each hop of it. */
import type { SentRequest } from '@waypost/runner';
import { MethodLabel } from '../design/method.tsx';
import type { Attempt } from '../sending/attempt.ts';
import { PairsTable } from './pairs-table.tsx';
import { Scrolled } from './scrolled.tsx';

const REASONS: Readonly<Record<SentRequest['reason'], string>> = {
  request: '',
  redirect: 'redirected',
  auth: 'for authentication',
};

export function SentView({ attempt }: { readonly attempt: Attempt }) {
  const { sent, method, url, notes, unresolved } = attempt;
  return (
    <Scrolled label="The request as it was sent">
      {unresolved.length > 0 ? (
        <p className="border-b border-line bg-warning-soft px-3 py-1.5 text-xs text-warning">
          Sent as written, since nothing gives a value: {unresolved.map((name) => `{{${name}}}`).join(', ')}
        </p>
      ) : null}
      {notes.map(({ message }, at) => (
        <p key={at} className="border-b border-line bg-warning-soft px-3 py-1.5 text-xs text-warning">
          {message}
        </p>
      ))}
      {sent.length === 0 ? (
        <p className="px-4 py-3 text-sm text-muted">
          Nothing went out yet. It would be <span className="font-mono text-xs break-all">{`${method} ${url}`}</span>
        </p>
      ) : (
        sent.map((one, at) => <Hop key={at} sent={one} />)
      )}
    </Scrolled>
  );
}

function Hop({ sent }: { readonly sent: SentRequest }) {
  const { method, url, headers, answer, reason, httpVersion } = sent;
  return (
    <section aria-label={`${method} ${url}`}>
      <h3 className="flex items-baseline gap-2 border-b border-line bg-panel px-3 py-1.5 text-xs">
        <MethodLabel method={method} />
        <span className="min-w-0 flex-1 font-mono break-all">{url}</span>
        <span className="shrink-0 text-faint">
          {[
            REASONS[reason],
            answer === null ? '' : `answered ${answer.status}`,
            httpVersion === '' ? '' : `HTTP/${httpVersion}`,
          ]
            .filter((text) => text !== '')
            .join(', ')}
        </span>
      </h3>
      <PairsTable label="Headers that were sent" rows={headers} />
    </section>
  );
}
