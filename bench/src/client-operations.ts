/** What the main process can ask of a client process. Arguments and results cross the process boundary by copy. */
import type { ConnectTimes, ContenderName, ServerAddress } from './contender.ts';
import type { MarkRange } from './workload.ts';

export interface OpenOptions {
  readonly contender: ContenderName;
  readonly address: ServerAddress;
  readonly folder: string;
}

export interface EditTimes {
  readonly startedAt: number;
  readonly savedAt: number;
}

export interface ClientOperations {
  openDevice(options: OpenOptions): Promise<void>;
  connect(options: Record<string, never>): Promise<ConnectTimes>;
  disconnect(options: Record<string, never>): Promise<void>;
  /** Creates the whole workspace and waits until the server acknowledged it. */
  createWorkspace(options: { readonly requestCount: number }): Promise<void>;
  edit(options: { readonly marks: MarkRange; readonly requestCount: number }): Promise<EditTimes>;
  whenAcknowledged(options: Record<string, never>): Promise<number>;
  /** Resolves once `observers` devices of this process have seen every mark: per mark, the moments they did. */
  whenSeen(options: { readonly marks: MarkRange; readonly observers: number }): Promise<readonly (readonly number[])[]>;
  openCrowd(options: OpenOptions): Promise<void>;
  joinCrowd(options: { readonly count: number }): Promise<void>;
  leaveCrowd(options: Record<string, never>): Promise<void>;
  /** Resolves with the moment before the first connection was opened. */
  rejoinCrowd(options: Record<string, never>): Promise<number>;
  close(options: Record<string, never>): Promise<void>;
}

export type OperationName = keyof ClientOperations;

export interface OperationRequest {
  readonly number: number;
  readonly operation: OperationName;
  readonly options: unknown;
}

export type OperationReply =
  | { readonly kind: 'done'; readonly number: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly number: number; readonly message: string };
