/** A device's half of sync in a browser: disk, network, time, and who works in this browser. */
export {
  type AccountCalls,
  type AccountDetails,
  type DeletionReceipt,
  type DeviceList,
  devicesOf,
  type ListedDevice,
  type SignedIn,
  type WorkspaceMember,
} from '../portable/account-client.ts';
export { CHOICES, eraseAccount, type ErasureReport, type Fate } from '../portable/erase.ts';
export type { HomeAccount } from '../portable/home-account.ts';
export type { WorkCount } from '../portable/unsynced-work.ts';
export * from './compression.ts';
export * from './device-name.ts';
export * from './fetcher.ts';
export * from './home.ts';
export * from './http-transport.ts';
export * from './indexeddb-storage.ts';
export * from './leadership.ts';
export * from './platform-gaps.ts';
export * from './session.ts';
export * from '../portable/invitation-link.ts';
export * from '../portable/team-client.ts';
export * from './time-and-chance.ts';
export * from './websocket-transport.ts';
