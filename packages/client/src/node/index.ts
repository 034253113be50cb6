/** A device's half of sync on Node: disk, network, time, and the home folder of one device. */
export * from './account-client.ts';
export * from './compression.ts';
export * from '../portable/erase.ts';
export * from '../portable/leaving.ts';
export * from './fetcher.ts';
export * from './home.ts';
export * from './http-transport.ts';
export * from './leadership.ts';
export { readPrivateJson, writePrivateFile } from './private-file.ts';
export type { ServerAddress } from './proxy.ts';
export { readServerUrl } from './server-http.ts';
export { openSqliteStorage, SqliteStorage, type SqliteStorageOptions } from './sqlite-storage.ts';
export * from '../portable/invitation-link.ts';
export * from '../portable/team-client.ts';
export * from './time-and-chance.ts';
export { type WorkCount } from '../portable/unsynced-work.ts';
export * from './websocket-transport.ts';
