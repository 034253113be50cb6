/**
 * Where a server of any kind takes orders over HTTP, and answers with what happens as it happens: the Waypost server for its
 * own machine, its relay, and the agent. Who may come to the desk is theirs to decide; how much it does at once, how large and
 * how long, is decided here. Nothing of an order is kept or written down.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerOrder } from '../exchange-codec.ts';
import type { Sender, SendOrder } from '../exchange.ts';
import { failure } from '../failure.ts';
import { ExchangeError } from '../frames.ts';

export interface DeskBounds {
  /** Exchanges at once, of everybody together. */
  readonly atOnceMax: number;
  readonly atOncePerPersonMax: number;
  /** Exchanges that one person begins in a minute, on average; null for any number. */
  readonly perMinuteMax: number | null;
  /** Of one order with its files. */
  readonly orderBytesMax: number;
  /** Of one response, decoded; null leaves it to the order. */
  readonly responseBytesMax: number | null;
  /** Of one exchange; null leaves it to the order. */
  readonly timeoutMsMax: number | null;
}

/** What a desk on a person's own machine does for them. A browser opens six connections to it at most. */
export const OWN_MACHINE: DeskBounds = {
  atOnceMax: 64,
  atOncePerPersonMax: 64,
  perMinuteMax: null,
  orderBytesMax: 600 * 1024 * 1024,
  responseBytesMax: null,
  timeoutMsMax: null,
};

/** Whoever ordered gets this long to take in the end of a response that was in time. */
const TAKING_IN_MS = 30_000;
const MINUTE_MS = 60_000;

export class ExchangeDesk {
  readonly #sender: Sender;
  readonly #bounds: DeskBounds;
  readonly #atOnce = new Map<string, number>();
  /** When what somebody began will have been forgotten, in the order of what they last began. */
  readonly #pace = new Map<string, number>();
  #inAll = 0;

  constructor(sender: Sender, bounds: DeskBounds) {
    this.#sender = new BoundedSender(sender, bounds);
    this.#bounds = bounds;
  }

  /** A place at the desk, to be left again. Throws {@link ExchangeError} `too-many`. */
  take(person: string): Place {
    const { atOnceMax, atOncePerPersonMax } = this.#bounds;
    const mine = this.#atOnce.get(person) ?? 0;
    if (mine >= atOncePerPersonMax) throw new ExchangeError(failure('too-many', `${mine} of yours are under way`));
    if (this.#inAll >= atOnceMax) throw new ExchangeError(failure('too-many', `${this.#inAll} are under way`));
    this.#keepPace(person);
    this.#inAll += 1;
    this.#atOnce.set(person, mine + 1);
    return new Place(this.#sender, this.#bounds, () => this.#leave(person));
  }

  get size(): number {
    return this.#inAll;
  }

  /** A leaky bucket that holds a minute's worth. */
  #keepPace(person: string): void {
    const { perMinuteMax } = this.#bounds;
    if (perMinuteMax === null) return;
    const now = performance.now();
    const emptyAt = Math.max(this.#pace.get(person) ?? now, now) + MINUTE_MS / perMinuteMax;
    if (emptyAt - now > MINUTE_MS) throw new ExchangeError(failure('too-many', `${perMinuteMax} a minute`));
    this.#pace.delete(person);
    this.#pace.set(person, emptyAt);
    // Those first in order began nothing for longest.
    for (const [other, empty] of this.#pace) {
      if (empty > now) break;
      this.#pace.delete(other);
    }
  }

  #leave(person: string): void {
    this.#inAll -= 1;
    const left = (this.#atOnce.get(person) ?? 1) - 1;
    if (left === 0) this.#atOnce.delete(person);
    else this.#atOnce.set(person, left);
  }
}

export class Place {
  readonly #sender: Sender;
  readonly #bounds: DeskBounds;
  #left: (() => void) | null;

  constructor(sender: Sender, bounds: DeskBounds, left: () => void) {
    this.#sender = sender;
    this.#bounds = bounds;
    this.#left = left;
  }

  leave(): void {
    this.#left?.();
    this.#left = null;
  }

  /** One exchange, until it has ended or whoever ordered is gone, and the place is left. Never throws. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { timeoutMsMax } = this.#bounds;
    const deadline =
      timeoutMsMax === null ? undefined : setTimeout(() => response.destroy(), timeoutMsMax + TAKING_IN_MS);
    try {
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'cache-control': 'no-store',
        // Proxies in front pass pieces on as they come.
        'x-accel-buffering': 'no',
      });
      response.flushHeaders();
      await this.#answer(request, response, gone.signal);
      // What was not read of an order that was refused is not waited for.
      if (!request.complete) response.once('finish', () => request.destroy());
      response.end();
    } catch {
      // Whoever ordered is gone; there is nobody to tell.
      response.destroy();
    } finally {
      clearTimeout(deadline);
      this.leave();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, gone: AbortSignal): Promise<void> {
    const bounds = { filesBytesMax: this.#bounds.orderBytesMax };
    const order = upTo(this.#bounds.orderBytesMax, request);
    for await (const frame of answerOrder(this.#sender, order, { bounds, signal: gone })) {
      if (gone.aborted) return;
      if (!response.write(frame)) await once(response, 'drain', { signal: gone });
    }
  }
}

/** Leaving it early leaves the connection alone: the answer goes out on it. */
async function* upTo(bytesMax: number, request: IncomingMessage): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new ExchangeError(failure('too-large', `more than ${bytesMax} bytes`));
    yield chunk;
  }
}

type SenderBounds = Pick<DeskBounds, 'responseBytesMax' | 'timeoutMsMax'>;

export class BoundedSender implements Sender {
  readonly #sender: Sender;
  readonly #bounds: SenderBounds;

  constructor(sender: Sender, bounds: SenderBounds) {
    this.#sender = sender;
    this.#bounds = bounds;
  }

  send(order: SendOrder, signal: AbortSignal): ReturnType<Sender['send']> {
    const { responseBytesMax, timeoutMsMax } = this.#bounds;
    const bounded = {
      ...order,
      responseBytesMax: Math.min(order.responseBytesMax, responseBytesMax ?? order.responseBytesMax),
      timeoutMs: timeoutMsMax === null ? order.timeoutMs : Math.min(order.timeoutMs ?? timeoutMsMax, timeoutMsMax),
    };
    return this.#sender.send(bounded, signal);
  }
}
