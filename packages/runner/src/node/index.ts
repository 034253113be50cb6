/** Sending from Node: the engine, and the child process that scripts run in. */
export type Nothing = never;
