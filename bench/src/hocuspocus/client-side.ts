/** Hocuspocus's half of the port in the client processes. */
import type { ClientSide } from '../contender.ts';
import { HocuspocusCrowd } from './crowd.ts';
import { HocuspocusDevice } from './device.ts';

export const hocuspocusClientSide: ClientSide = {
  openDevice: async (options) => new HocuspocusDevice(options),
  openCrowd: async (options) => new HocuspocusCrowd(options),
};
