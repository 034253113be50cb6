/** Why a server could not be reached, in words. */
import { WaypostError } from '@waypost/protocol';
import { offlineError } from '../portable/server-requests.ts';
import { ProxyRefusal, type ServerAddress } from './proxy.ts';

const TLS_CODES = /^(ERR_SSL|ERR_TLS|EPROTO|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/;

const NOBODY_THERE = /^(PROXY|ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EHOSTDOWN|ETIMEDOUT)$/;

/** An error of the network as `offline`, with the reason alone, and its system code, in the details. */
export function unreachableError(error: unknown, address: ServerAddress): WaypostError {
  if (error instanceof WaypostError) return error;
  const cause = codeOf(error);
  if (cause === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
    return new WaypostError('frame-too-large', 'The server sent a larger message than this device accepts.');
  if (cause.startsWith('WS_ERR_'))
    return new WaypostError('bad-message', `The server sent what is no WebSocket frame (${cause}).`);
  return offlineError(reasonOf(cause, error, address), cause);
}

/** Whether anybody is there, whatever they do then. */
export function wasReached(error: unknown): boolean {
  return !NOBODY_THERE.test(codeOf(error));
}

export function timeoutError({ url }: ServerAddress, timeoutMs: number): WaypostError {
  return offlineError(`${url} did not answer within ${Math.round(timeoutMs / 1000)} seconds.`, 'TIMEOUT');
}

export function brokenError({ url }: ServerAddress): WaypostError {
  return offlineError(`The connection to ${url} broke.`, 'ECONNRESET');
}

function reasonOf(cause: string, error: unknown, { url, proxy }: ServerAddress): string {
  const { hostname } = new URL(url);
  if (error instanceof ProxyRefusal)
    return `The proxy ${proxy === undefined ? '' : new URL(proxy).host} ${error.message}.`;
  switch (cause) {
    case 'ECONNREFUSED':
      return `Nothing answers at ${url} (connection refused).`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The name ${hostname} is not known (no DNS answer).`;
    case 'ENETUNREACH':
    case 'ENETDOWN':
    case 'EHOSTUNREACH':
    case 'EHOSTDOWN':
      return `There is no way to ${hostname} (no network).`;
    case 'ETIMEDOUT':
    case 'TIMEOUT':
      return `${url} did not answer in time.`;
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNABORTED':
      return `The connection to ${url} broke.`;
    default:
      break;
  }
  const message = error instanceof Error ? error.message : String(error);
  if (cause === 'EPROTO' || cause.startsWith('ERR_SSL'))
    return `${url} does not speak TLS as expected (${cause}): check https or http.`;
  if (TLS_CODES.test(cause))
    return `The certificate of ${url} is not trusted (${cause}): NODE_EXTRA_CA_CERTS=FILE trusts one of your own.`;
  if (cause.startsWith('HPE_')) return `What answers at ${url} does not speak HTTP.`;
  return `${url} cannot be reached (${cause || message}).`;
}

function codeOf(error: unknown): string {
  // An attempt on several addresses fails with one error for each.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return '';
}
