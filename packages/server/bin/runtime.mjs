/**
 * How Node is to run the server: small. Both values also stand in the first line of waypost-server.js, for when that is
 * run directly.
 */

/** The engine would let short-lived objects fill 32 MB before it looks; beyond this, room buys hardly any speed. */
export const FLAGS = ['--max-semi-space-size=8'];

/** Otherwise the C library keeps what a burst of messages took, up to 50 MB, until the next burst. Other systems ignore it. */
export const ENVIRONMENT = { MALLOC_TRIM_THRESHOLD_: '131072' };
