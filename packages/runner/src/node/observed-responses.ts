/**
 * Whether responses came whole. The library takes one that broke off for one that ended, and Node alone knows better; it
 * says which request a response belongs to, and the asynchronous context says whose exchange made the request.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

const exchanges = new AsyncLocalStorage<ObservedResponses>();
let isSubscribed = false;

export class ObservedResponses {
  #last: IncomingMessage | null = null;

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
