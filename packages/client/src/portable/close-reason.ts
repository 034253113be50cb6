/** Why the server closed a WebSocket. The close codes are in docs/internals/http-api.md. */
import { ERRORS } from '@waypost/protocol';
import type { CloseReason } from '../engine/ports.ts';

export function closeReason(closeCode: number, detail: string, url: string): CloseReason {
  const code = CODES[closeCode] ?? 'offline';
  if (detail !== '') return { code, detail };
  return { code, detail: code === 'offline' ? `The connection to ${url} broke.` : ERRORS[code].advice };
}

const CODES: Partial<Record<number, keyof typeof ERRORS>> = {
  1001: 'shutting-down',
  1008: 'bad-message',
  1009: 'frame-too-large',
  1012: 'shutting-down',
  1013: 'storage-failed',
  4401: 'signed-out',
  4403: 'sync-off',
};
