/** A browser's disks, locks and sockets. */
export type Nothing = never;
