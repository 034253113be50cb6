/** Waypost's half of the port in the client processes. */
import type { ClientSide } from '../contender.ts';
import { WaypostCrowd } from './crowd.ts';
import { WaypostBenchDevice } from './device.ts';
import { signInDevice } from './sign-in.ts';

export const waypostClientSide: ClientSide = {
  openDevice: async (options) => {
    const device = new WaypostBenchDevice(options, await signInDevice(options.address));
    await device.open();
    return device;
  },
  openCrowd: async (options) => new WaypostCrowd(options),
};
