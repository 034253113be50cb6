/**
 * The port through which every contender plugs in: a server side, used by the main process, and a client side,
 * used inside the client processes. Everything that crosses between the two is plain data.
 */
import type { BenchElement, Edit } from './workload.ts';

export const contenderNames = ['waypost', 'floor', 'hocuspocus'] as const;
export type ContenderName = (typeof contenderNames)[number];

/** Where the server is and what a client needs to get in: an address and, where there are accounts, credentials. */
export interface ServerAddress {
  /** `http://127.0.0.1:PORT`, without a path. During the byte count this is the address of the counting proxy. */
  readonly url: string;
  readonly access: Readonly<Record<string, string>>;
}

export interface RunningServer {
  readonly address: ServerAddress;
  readonly processId: number;
  /** Ends the server in order: what it acknowledged is in its folder afterwards. */
  stop(): Promise<void>;
}

export interface ServerSide {
  /** Starts a server process on `folder`, which is empty or holds what an earlier server of this contender left. */
  startServer(folder: string): Promise<RunningServer>;
}

/** Milliseconds on the machine's monotonic clock (`now` in clock.ts). */
export interface ConnectTimes {
  readonly startedAt: number;
  /** When names and tree could be shown, or null where a contender has no such moment before `completeAt`. */
  readonly treeUsableAt: number | null;
  /** When everything the server had at the start was here and, where the contender promises it, on disk. */
  readonly completeAt: number;
}

export interface Device {
  connect(): Promise<ConnectTimes>;
  /** Cuts the connection. What the device holds stays. */
  disconnect(): Promise<void>;
  /** Adds elements, parents first. Resolves when they are saved here. */
  create(elements: readonly BenchElement[]): Promise<void>;
  /**
   * Makes all edits without waiting in between, each as a change of its own. Resolves when every one is saved on this
   * device, in the contender's own sense of saved.
   */
  edit(edits: readonly Edit[]): Promise<void>;
  /** Resolves when the server has acknowledged everything made here so far. */
  whenAcknowledged(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Many devices in one process. They are light: each has its own connection and cursor and decodes every message it
 * gets, but keeps no copy of the workspace, so that the server is measured and not a thousand replicas on one core.
 */
export interface Crowd {
  /** Adds devices that are current and listening when this resolves. */
  join(count: number): Promise<void>;
  /** Cuts all connections; every device remembers its cursor. */
  leave(): Promise<void>;
  /** Connects all devices at once, each from its cursor. */
  rejoin(): Promise<void>;
  close(): Promise<void>;
}

export interface ClientOptions {
  readonly address: ServerAddress;
  /** An empty folder for what the client stores, removed afterwards. */
  readonly folder: string;
  /** To be called at the moment an edit by another device, known by its mark, is applied (for a crowd: per device). */
  readonly seen: (mark: number) => void;
}

export interface ClientSide {
  /** Prepares a device that is signed in, empty and offline. */
  openDevice(options: ClientOptions): Promise<Device>;
  openCrowd(options: ClientOptions): Promise<Crowd>;
}
