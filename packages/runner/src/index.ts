/** Sends requests and runs their scripts. Knows what elements mean, and nothing of sync. Runs in a browser too. */
export * from './bounds.ts';
export * from './cookie.ts';
export * from './exchange.ts';
export * from './exchange-codec.ts';
export * from './failure.ts';
export { ExchangeError } from './frames.ts';
export * from './script.ts';
