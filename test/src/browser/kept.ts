/** Everything that a site keeps in a browser, looked through for words that must not be there. */
import type { Page } from 'playwright-core';

/** Where any of the words is found: databases with their keys and bytes, caches, local and session storage, cookies. */
export async function placesOf(page: Page, words: readonly string[]): Promise<readonly string[]> {
  return page.evaluate(async (sought) => {
    const found: string[] = [];
    const look = (place: string, value: unknown): void => {
      const text = textIn(value);
      for (const word of sought) if (text.includes(word)) found.push(`${word} in ${place}`);
    };
    const textIn = (value: unknown): string => {
      if (typeof value === 'string') return value;
      if (value instanceof Uint8Array) return new TextDecoder('latin1').decode(value);
      if (value instanceof ArrayBuffer) return textIn(new Uint8Array(value));
      if (typeof value === 'object' && value !== null) return Object.entries(value).flat().map(textIn).join('\n');
      return String(value);
    };
    const asked = <Result>(request: IDBRequest<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error));
      });
    for (const { name = '' } of await indexedDB.databases()) {
      look('the names of databases', name);
      const db = await asked(indexedDB.open(name));
      for (const store of db.objectStoreNames) {
        const objects = db.transaction(store).objectStore(store);
        const [keys, values] = await Promise.all([asked(objects.getAllKeys()), asked(objects.getAll())]);
        look(`${name}/${store}`, [...keys, ...(values as unknown[])]);
      }
      db.close();
    }
    // Pages of plain http have none.
    for (const name of 'caches' in window ? await caches.keys() : []) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const response = await cache.match(request);
        look(`the cache ${name}`, [request.url, (await response?.text()) ?? '']);
      }
    }
    look('localStorage', Object.entries(localStorage));
    look('sessionStorage', Object.entries(sessionStorage));
    look('cookies', document.cookie);
    return found;
  }, words);
}
