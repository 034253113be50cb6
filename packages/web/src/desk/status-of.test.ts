import type { Device, DeviceStatus } from '@waypost/client';
import { expect, it } from 'vitest';
import { openTestDesk } from './bench.fixture.ts';
import { statusOf } from './status-of.ts';

it('is the one told last, also where it is told before anybody listens', async () => {
  const desk = await openTestDesk();
  const first = desk.device.status();
  const listeners = new Set<Parameters<Device['subscribe']>[0]>();
  const device: Pick<Device, 'status' | 'subscribe'> = {
    status: () => first,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  expect(statusOf(device).getState().status).toBe(first);
  const then: DeviceStatus = { ...first, pending: first.pending + 1 };
  for (const listener of listeners) listener({ event: 'status', status: then });
  expect(statusOf(device).getState().status).toBe(then);
  expect(listeners.size).toBe(1);
  await desk.close();
});
