/** What measures inside a page. Each function is sent there as source, and must stand by itself. */
import type { Page } from 'playwright-core';

/** From the page's navigation until all of these are painted, in milliseconds. */
export function paintedSinceNavigation(page: Page, selectors: readonly string[]): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        // What is there in a frame's callback is painted with that frame; the message comes after it.
        const look = (): void => {
          if (wanted.some((selector) => document.querySelector(selector) === null)) {
            requestAnimationFrame(look);
            return;
          }
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', () => resolve(performance.now()), { once: true });
          port1.start();
          port2.postMessage(null);
        };
        requestAnimationFrame(look);
      }),
    [...selectors],
  );
}

/** Notes how long each key takes from the event to the frame that shows what it did. */
export async function watchKeys(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { keyTimes: times });
    document.addEventListener(
      'keydown',
      ({ timeStamp }) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', () => times.push(performance.now() - timeStamp), { once: true });
          port1.start();
          port2.postMessage(null);
        });
      },
      { capture: true },
    );
  });
  return () => page.evaluate(() => (globalThis as unknown as { keyTimes: number[] }).keyTimes);
}

/** Scrolls what the selector names by so many pixels a frame, and answers how long each frame took. */
export function frameTimes(page: Page, selector: string): Promise<number[]> {
  return page.evaluate(
    (wanted) =>
      new Promise<number[]>((resolve, reject) => {
        const found = document.querySelector(wanted);
        if (found === null) {
          reject(new Error(`There is no ${wanted}.`));
          return;
        }
        let element: Element | null = found;
        while (element !== null && element.scrollHeight <= element.clientHeight + 1) element = element.parentElement;
        const scrolled = element ?? found;
        const times: number[] = [];
        let last = performance.now();
        const step = (at: number): void => {
          times.push(at - last);
          last = at;
          scrolled.scrollTop += 400;
          if (times.length < 300) requestAnimationFrame(step);
          else resolve(times.slice(5));
        };
        requestAnimationFrame(step);
      }),
    selector,
  );
}

/** When the app said what the pattern matches, on the machine's clock in milliseconds since 1970. */
export function whenShown(page: Page, selector: string, text: string): Promise<number> {
  return page.evaluate(
    ({ wanted, content }) =>
      new Promise<number>((resolve) => {
        const look = (): void => {
          const found = [...document.querySelectorAll(wanted)].some((element) =>
            (element instanceof HTMLInputElement ? element.value : (element.textContent ?? '')).includes(content),
          );
          if (!found) {
            requestAnimationFrame(look);
            return;
          }
          const { port1, port2 } = new MessageChannel();
          port1.addEventListener('message', () => resolve(performance.timeOrigin + performance.now()), { once: true });
          port1.start();
          port2.postMessage(null);
        };
        requestAnimationFrame(look);
      }),
    { wanted: selector, content: text },
  );
}
