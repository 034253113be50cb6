/**
 * The frame that scripts run in: of an opaque origin, so that nothing of the app is within reach of them, without a
 * network, and with a worker in it, so that one that never ends can be ended. It knows no more than to start what it is
 * sent and to pass messages on.
 */
export interface SandboxWorker {
  postMessage(data: unknown): void;
  on(name: string, listener: (data: unknown) => void): void;
  off(name: string, listener: (data: unknown) => void): void;
  terminate(): void;
}

/** The frame says that it is there within this, or it never will. */
const OPENED_WITHIN_MS = 10_000;
/** A frame has a process of its own, which a script can take down by filling its memory: then nothing answers any more. */
const ASKED_EVERY_MS = 2_500;
const SILENT_MAX = 2;

interface FromFrame {
  readonly event: 'message' | 'error' | 'alive';
  readonly data: unknown;
}

/**
 * `url` is a page that is served with a policy of its own: an opaque origin, scripts in it, `eval` too, and no network at
 * all. Such a page is asked for without the sandbox of the frame, because browsers pass by the service worker for a frame
 * that has one, and without a server there would be no page. The frame gets its sandbox before anything runs in it.
 */
export async function openSandboxFrame(url: string, parent: Node = document.body): Promise<SandboxWorker> {
  const frame = document.createElement('iframe');
  frame.setAttribute('aria-hidden', 'true');
  frame.title = 'Scripts';
  frame.tabIndex = -1;
  frame.style.display = 'none';
  frame.src = url;
  const { port1: port, port2: itsPort } = new MessageChannel();
  const listeners = new Map<string, Set<(data: unknown) => void>>();
  let silent = 0;
  const tell = ({ event, data }: FromFrame): void => {
    silent = 0;
    for (const listener of listeners.get(event) ?? []) listener(data);
  };
  port.addEventListener('message', ({ data }: MessageEvent<FromFrame>) => tell(data));
  port.start();
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      port.close();
      frame.remove();
      reject(new Error('The frame for scripts did not open.'));
    }, OPENED_WITHIN_MS);
    frame.addEventListener('load', () => {
      // What can be reached from here was served without its policy: it is opened anew, in the frame's own sandbox.
      const isIsolated = frame.contentDocument === null;
      const isOpenedAnew = frame.hasAttribute('sandbox');
      // From now on: wherever the page would go, it stays of an opaque origin.
      frame.setAttribute('sandbox', 'allow-scripts');
      if (!isIsolated && !isOpenedAnew) {
        frame.src = url;
        return;
      }
      clearTimeout(timer);
      // An opaque origin has no name to send to; what is sent is a port, and nobody else was given its other end.
      frame.contentWindow?.postMessage('waypost-sandbox', '*', [itsPort]);
      resolve();
    });
    parent.appendChild(frame);
  });
  const asking = setInterval(() => {
    silent += 1;
    if (silent > SILENT_MAX)
      tell({ event: 'error', data: { message: 'it used more memory than the browser gives it' } });
    else port.postMessage({ ask: true });
  }, ASKED_EVERY_MS);
  return {
    postMessage: (data) => port.postMessage(data),
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
    },
    off: (name, listener) => void listeners.get(name)?.delete(listener),
    terminate: () => {
      clearInterval(asking);
      port.postMessage({ terminate: true });
      port.close();
      frame.remove();
    },
  };
}
