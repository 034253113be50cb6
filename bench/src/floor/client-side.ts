/** The floor's half of the port in the client processes. */
import type { ClientSide } from '../contender.ts';
import { FloorCrowd } from './crowd.ts';
import { FloorDevice } from './device.ts';

export const floorClientSide: ClientSide = {
  openDevice: async (options) => new FloorDevice(options),
  openCrowd: async (options) => new FloorCrowd(options),
};
