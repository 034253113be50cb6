import type { DeviceStatus } from '@waypost/client';
import { describe, expect, it } from 'vitest';
import { allLines, SyncLog } from './sync-log.ts';

describe('the sync log', () => {
  it('has a line when the connection comes and goes, and none for what is sent all day long', () => {
    const log = new SyncLog(() => 1);
    for (const phase of ['connecting', 'syncing', 'synced', 'syncing', 'synced'] as const) log.hear(statusEvent(phase));
    log.hear(statusEvent('waiting', 'The server cannot be reached.'));
    log.hear(statusEvent('waiting', 'The server cannot be reached.'));
    expect(log.lines.getState().map(({ message }) => message)).toEqual([
      'Connecting to the server.',
      'Connected.',
      'Offline. The server cannot be reached.',
    ]);
  });

  it('tells what was refused, and why', () => {
    const log = new SyncLog(() => 1);
    log.hear({
      event: 'settled',
      receipt: { workspace: 'w', stream: 's', n: 1 } as never,
      settled: { outcome: { kind: 'rejected', code: 'too-large' }, revision: 4 },
    });
    expect(log.lines.getState()).toEqual([
      { at: 1, message: 'The server refused a change. The element is larger than 8 MB.', tone: 'problem' },
    ]);
  });

  it('is one list, newest first, with what was written down on this device', async () => {
    const device = { log: async () => [{ at: 5, message: 'Packed.' }] };
    const lines = await allLines(device, [{ at: 9, message: 'Connected.', tone: 'plain' }]);
    expect(lines.map(({ at }) => at)).toEqual([9, 5]);
  });
});

function statusEvent(phase: DeviceStatus['phase'], detail = '') {
  const status = { phase, detail, transport: 'websocket', pending: 0 } as unknown as DeviceStatus;
  return { event: 'status', status } as const;
}
