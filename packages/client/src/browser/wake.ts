/** When a page comes back: from being hidden, frozen, put aside for the back button, or without a network; and when that goes. */

export type Wake = 'page' | 'network';

/** Calls until the result is called. In a worker there is no page to come back, only a network. */
export function onWake(listener: (wake: Wake) => void): () => void {
  const page = (): void => {
    if (typeof document === 'undefined' || document.visibilityState === 'visible') listener('page');
  };
  const network = (): void => listener('network');
  const ends = [
    listen(globalThis, 'online', network),
    // A connection may go on looking alive: it is asked now, and not at its next beat.
    listen(globalThis, 'offline', network),
    ...['focus', 'pageshow'].map((type) => listen(globalThis, type, page)),
    ...(typeof document === 'undefined'
      ? []
      : ['visibilitychange', 'resume'].map((type) => listen(document, type, page))),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function listen(target: EventTarget, type: string, listener: () => void): () => void {
  target.addEventListener(type, listener);
  return () => target.removeEventListener(type, listener);
}
