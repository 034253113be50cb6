/** Suites that every adapter of a port must pass. */
export * from './storage-contract.ts';
export * from './transport-contract.ts';
