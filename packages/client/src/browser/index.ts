/** A device's half of sync in a browser: disk, network, time, and who works in this browser. */
export * from './compression.ts';
export * from './fetcher.ts';
export * from './http-transport.ts';
export * from './indexeddb-storage.ts';
export * from './leadership.ts';
export * from './time-and-chance.ts';
export * from './websocket-transport.ts';
