/** Where browsers turn things off because the page is plain http over a network: a quiet word in the footer, and what it means. */
import { Popover } from '@base-ui/react/popover';
import { platformGaps } from '@waypost/client/browser';
import { LockOpen } from 'lucide-react';

export function PlainHttp() {
  if (window.isSecureContext) return null;
  const { gaps } = platformGaps();
  return (
    <Popover.Root>
      <Popover.Trigger className="flex h-5 min-w-0 items-center gap-1.5 rounded px-1.5 text-warning hover:bg-hover">
        <LockOpen aria-hidden size={12} className="shrink-0" />
        <span className="truncate max-md:sr-only">Plain http: some things are off</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" align="start" sideOffset={6} className="z-50">
          <Popover.Popup className="flex w-[min(24rem,calc(100vw-1rem))] flex-col gap-2 rounded-lg border border-line bg-raised px-4 py-3 text-sm text-ink shadow-raised outline-none">
            <Popover.Title className="font-semibold">This page is plain http</Popover.Title>
            <Popover.Description className="text-muted">
              Browsers turn several things off for such pages. Everything that saves and syncs works all the same.
            </Popover.Description>
            <ul className="flex list-disc flex-col gap-1 pl-4 text-muted">
              {gaps.map(({ missing, meaning }) => (
                <li key={missing}>{meaning}</li>
              ))}
            </ul>
            <p className="text-xs text-muted">
              Whoever runs the server can serve it over https, with{' '}
              <code className="whitespace-nowrap">--tls-cert</code> and{' '}
              <code className="whitespace-nowrap">--tls-key</code> or behind a proxy. On the machine it runs on, open it
              as http://localhost.
            </p>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
