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

/** What one key that types something cost, in milliseconds. */
export interface KeyTime {
  /** From the event to the frame that shows what it did, the wait for the screen's next frame included. */
  readonly toPaint: number;
  /** What the page was busy for: handling the key, and making the frame. The rest is waiting for the screen. */
  readonly busy: number;
}

export async function watchKeys(page: Page): Promise<() => Promise<KeyTime[]>> {
  await page.evaluate(() => {
    const times: { toPaint: number; busy: number }[] = [];
    Object.assign(globalThis, { keyTimes: times });
    let handled = 0;
    // The last to hear of it: whatever the page does with what was typed is done by then.
    window.addEventListener('input', () => {
      handled = performance.now();
    });
    document.addEventListener(
      'keydown',
      ({ timeStamp }) => {
        const begun = performance.now();
        requestAnimationFrame(() => {
          const frame = performance.now();
          const { port1, port2 } = new MessageChannel();
          const note = (): void => {
            const painted = performance.now();
            times.push({ toPaint: painted - timeStamp, busy: Math.max(0, handled - begun) + painted - frame });
          };
          port1.addEventListener('message', note, { once: true });
          port1.start();
          port2.postMessage(null);
        });
      },
      { capture: true },
    );
  });
  return () => page.evaluate(() => (globalThis as unknown as { keyTimes: KeyTime[] }).keyTimes);
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
