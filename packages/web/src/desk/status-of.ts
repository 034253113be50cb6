/** The status of a device as the screen reads it: the same object until it is another, and none is missed. */
import type { Device, DeviceStatus } from '@waypost/client';
import { createStore, type StoreApi } from 'zustand/vanilla';

type Told = Pick<Device, 'status' | 'subscribe'>;

const known = new WeakMap<Told, StoreApi<{ readonly status: DeviceStatus }>>();

/** Listens for as long as the device is there: what is told between a first look and the one after it counts too. */
export function statusOf(device: Told): StoreApi<{ readonly status: DeviceStatus }> {
  const present = known.get(device);
  if (present !== undefined) return present;
  const store = createStore(() => ({ status: device.status() }));
  device.subscribe((event) => {
    if (event.event === 'status') store.setState({ status: event.status });
  });
  known.set(device, store);
  return store;
}
