/** What tests reach of the client in a page: handles on stores and connections, and errors with their codes. */
import * as browser from '@waypost/client/browser';
import { WaypostError } from '@waypost/protocol';

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

const inPage = { ...browser, attempt };

declare global {
  /** In every page that this module is served to. */
  var waypost: typeof inPage;
}

globalThis.waypost = inPage;
