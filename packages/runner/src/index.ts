/** Sends requests and runs their scripts. Knows what elements mean, and nothing of sync. */
export type Nothing = never;
