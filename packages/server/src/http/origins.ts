/**
 * Which requests may come in at all. A web page of somebody else must neither change anything here with the visitor's
 * browser nor, by pointing its own name at this machine, become "this site" for it.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { WaypostError } from '@waypost/protocol';
import { isLoopback, type Settings } from '../settings.ts';

export type Addresses = Pick<Settings, 'host' | 'publicUrl' | 'trustProxy'>;

/** Throws `bad-origin`. Only browsers send `Origin`, and they always do with what changes something. */
export function checkAddress(headers: IncomingHttpHeaders, changes: boolean, addresses: Addresses): void {
  const host = calledHost(headers, addresses);
  if (isLoopback(addresses.host) && !isOwnName(host, addresses)) {
    throw new WaypostError(
      'bad-origin',
      `This server does not answer to the name "${host.slice(0, 100)}": see --public-url.`,
    );
  }
  const { origin } = headers;
  if (!changes || origin === undefined || origin === addresses.publicUrl?.origin) return;
  const from = URL.canParse(origin) ? new URL(origin).host : null;
  if (from === null || from !== host) {
    throw new WaypostError('bad-origin', 'This request came from a page of another site: see --public-url.');
  }
}

/** The name and port the caller used, as the proxy in front tells it where there is one. */
function calledHost(headers: IncomingHttpHeaders, { trustProxy }: Addresses): string {
  const forwarded = headers['x-forwarded-host'];
  if (trustProxy && typeof forwarded === 'string') return (forwarded.split(',').at(-1) ?? '').trim().toLowerCase();
  return headers.host?.toLowerCase() ?? '';
}

function isOwnName(host: string, { publicUrl }: Addresses): boolean {
  if (host === publicUrl?.host) return true;
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isLoopback(name) || name.endsWith('.localhost');
}
