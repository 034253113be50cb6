/** A device's half of sync: the engine, and what it asks of the world. */
export * from './engine/device.ts';
export { type DeviceOptions, type EnginePorts, openDevice } from './engine/open.ts';
export * from './engine/ports.ts';
