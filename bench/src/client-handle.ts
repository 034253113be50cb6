/** The main process's end of a client process: its operations as methods. */
import type { ChildProcess } from 'node:child_process';

import { end, forkSource } from './child-processes.ts';
import type { ClientOperations, OperationName, OperationReply, OperationRequest } from './client-operations.ts';

/** Above the slowest operation, which is the seeding of 100,000 requests into Hocuspocus. */
const operationTimeoutMs = 300_000;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class ClientHandle {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #lastNumber = 0;
  #closing: Promise<void> | null = null;

  constructor() {
    this.#child = forkSource(new URL('./client-process.ts', import.meta.url));
    this.#child.on('message', (reply) => this.#settle(reply as OperationReply));
    this.#child.once('exit', (code) => this.#failAll(`a client process ended with code ${String(code)}`));
  }

  ask<Name extends OperationName>(
    operation: Name,
    options: Parameters<ClientOperations[Name]>[0],
  ): ReturnType<ClientOperations[Name]> {
    this.#lastNumber += 1;
    const request: OperationRequest = { number: this.#lastNumber, operation, options };
    const answered = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${operation} took too long`)), operationTimeoutMs);
      const settled = (finish: () => void): void => {
        clearTimeout(timer);
        this.#pending.delete(request.number);
        finish();
      };
      this.#pending.set(request.number, {
        resolve: (result) => settled(() => resolve(result)),
        reject: (error) => settled(() => reject(error)),
      });
      this.#child.send(request);
    });
    return answered as ReturnType<ClientOperations[Name]>;
  }

  /** May be called again: a workload ends a process early, its stage ends whatever is left. */
  close(): Promise<void> {
    this.#closing ??= this.ask('close', {}).then(() => end(this.#child, () => this.#child.disconnect()));
    return this.#closing;
  }

  #settle(reply: OperationReply): void {
    const pending = this.#pending.get(reply.number);
    switch (reply.kind) {
      case 'done':
        return pending?.resolve(reply.result);
      case 'failed':
        return pending?.reject(new Error(reply.message));
    }
  }

  #failAll(reason: string): void {
    for (const { reject } of [...this.#pending.values()]) reject(new Error(reason));
  }
}
