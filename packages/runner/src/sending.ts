/** From a request as it is kept to its response, with its scripts. */
export { type Composed, type ComposedOrder, compose } from './compose.ts';
export { Jar } from './cookie.ts';
export * from './execution.ts';
