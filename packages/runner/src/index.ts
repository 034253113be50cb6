/**
 * What is sent, and what a sender is asked and tells. Light: what takes requests apart and runs their scripts is in in `sending`.
 */
export * from './bounds.ts';
export type { Cookie, CookieChanges, CookieKey } from './cookie.ts';
export * from './exchange.ts';
export * from './exchange-codec.ts';
export * from './failure.ts';
export { ExchangeError } from './frames.ts';
export * from './script.ts';
export * from './local-records.ts';
export type { VariableChange, VariableChanges } from './scopes.ts';
export { MADE_VALUES } from './made-values.ts';
export type { AccessToken } from './oauth2.ts';
export * from './source.ts';
export { forStranger } from './stranger.ts';
