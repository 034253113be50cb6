/** What tests reach of the client in a page: its parts, a seat as the app would take one, and errors with their codes. */
import * as browser from '@waypost/client/browser';
import { newElementData, schemas } from '@waypost/model';
import { type ElementId, printJson, uuidOf, WaypostError } from '@waypost/protocol';

export type Answer<Value> =
  | { readonly value: Value }
  | { readonly error: { readonly code: string; readonly message: string; readonly details: unknown } };

/** Errors lose their codes on the way out of a page. */
async function attempt<Value>(work: () => Value | Promise<Value>): Promise<Answer<Value>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!(error instanceof WaypostError)) throw error;
    const { code, message, details } = error;
    return { error: { code, message, details } };
  }
}

/** Where the app's screens would be. */
class Seat {
  #session: browser.BrowserSession | null = null;
  end: browser.SessionEnd | null = null;

  get session(): browser.BrowserSession {
    if (this.#session === null) throw new Error('No session was opened in this page.');
    return this.#session;
  }

  /** As the app does when it starts, and after a session ended. */
  async open(options: browser.BrowserHomeOptions = {}): Promise<string | null> {
    this.end = null;
    this.#session = await browser.openBrowserSession({ schemas, ...options });
    void this.#session.ended.then((end) => {
      this.end = end;
    });
    return this.#session.account?.account.email ?? null;
  }

  async create(name: string): Promise<void> {
    const { device } = this.session;
    const id = uuidOf(crypto.getRandomValues(new Uint8Array(16))) as ElementId;
    const data = printJson(newElementData('collection', { name }));
    await device.change([
      { do: 'create', id, kind: 'collection', schema: 1, parent: null, order: 'a0', data, rows: {}, origin: null },
    ]);
  }

  names(): readonly string[] {
    return this.session.device
      .list(null)
      .map(({ name }) => name)
      .sort();
  }
}

const inPage = { ...browser, schemas, attempt, seat: new Seat() };

declare global {
  /** In every page that this module is served to. */
  var waypost: typeof inPage;
}

globalThis.waypost = inPage;
