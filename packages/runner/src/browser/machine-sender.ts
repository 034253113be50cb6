/**
 * Sends through the Waypost server on this machine, for a page that came from it. The server wants to see a token that only
 * such a page can read; it is asked for once, and again where the server was started anew since.
 */
import type { SendEvent, Sender, SendOrder } from '../exchange.ts';
import { RemoteSender } from './remote-sender.ts';

export interface MachineSenderOptions {
  /** Of the server; the page's own unless given. */
  readonly url?: string;
  readonly fetch?: typeof fetch;
}

export class MachineSender implements Sender {
  readonly #url: string;
  readonly #fetch: typeof fetch;
  readonly #sender: RemoteSender;
  #token: Promise<string> | null = null;

  constructor({ url = '', fetch: ask = async (input, init) => fetch(input, init) }: MachineSenderOptions = {}) {
    this.#url = url;
    this.#fetch = ask;
    this.#sender = new RemoteSender({
      url: `${url}/send`,
      headers: async () => ({ 'x-waypost-sender': await this.#known() }),
      credentials: 'same-origin',
      fetch: ask,
    });
  }

  async *send(order: SendOrder, signal: AbortSignal): AsyncGenerator<SendEvent, void, undefined> {
    const hadToken = this.#token !== null;
    for await (const event of this.#sender.send(order, signal)) {
      // It is the first event and the last: nothing was sent.
      if (event.kind === 'failed' && event.failure.code === 'not-allowed' && hadToken) {
        this.#token = null;
        yield* this.#sender.send(order, signal);
        return;
      }
      yield event;
    }
  }

  #known(): Promise<string> {
    this.#token ??= this.#asked().catch((error: unknown) => {
      this.#token = null;
      throw error;
    });
    return this.#token;
  }

  async #asked(): Promise<string> {
    const answer = await this.#fetch(`${this.#url}/send/token`, { method: 'POST', cache: 'no-store' });
    const said = (await answer.json()) as { readonly token?: unknown };
    // Without one the server says itself why it does not send.
    return typeof said.token === 'string' ? said.token : '';
  }
}
