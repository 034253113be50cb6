/**
 * The response that comes, of which the library says too little: it takes one that broke off for one that ended, and reads it
 * as fast as it comes. Node says which request a response belongs to, and the asynchronous context says whose exchange made
 * the request.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

const exchanges = new AsyncLocalStorage<ObservedResponses>();
let isSubscribed = false;

/** The library's own request hangs on it as soon as its body is read. */
type ObservedResponse = IncomingMessage & { readonly request?: { pause(): void; resume(): void } };

export class ObservedResponses {
  #last: ObservedResponse | null = null;

  /** Runs what makes requests; those it makes later on are observed too. */
  during<Result>(work: () => Result): Result {
    if (!isSubscribed) subscribe('http.client.request.created', observe);
    isSubscribed = true;
    return exchanges.run(this, work);
  }

  /** False where the last response broke off. With HTTP/2 it would have failed. */
  get isWhole(): boolean {
    return this.#last?.complete ?? true;
  }

  /**
   * Reads no more of it until it is resumed. What is decoded on the way is held back too: the library knows where. A response
   * over HTTP/2 is not seen here; that one is bounded by the size of a response alone.
   */
  pause(): void {
    this.#last?.request?.pause();
  }

  resume(): void {
    this.#last?.request?.resume();
  }

  note(response: IncomingMessage): void {
    this.#last = response;
  }
}

function observe(message: unknown): void {
  const observer = exchanges.getStore();
  if (observer === undefined || typeof message !== 'object' || message === null || !('request' in message)) return;
  const request = message.request as ClientRequest;
  request.once('response', (response) => observer.note(response));
}
