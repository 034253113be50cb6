/** The app's own updates: a new version waits beside the running one until a person takes it, with everything typed kept. */
import { notify } from '../design/notice.tsx';

/** Where a browser refuses service workers (plain http over a network), the app works while there is a network. */
export function keepAppOnDevice(flush: () => Promise<void>): void {
  if (!('serviceWorker' in navigator) || !window.isSecureContext) return;
  const { serviceWorker } = navigator;
  // A first visit begins without one; only a later exchange of one for another is an update.
  let isUpdate = serviceWorker.controller !== null;
  serviceWorker.addEventListener('controllerchange', () => {
    if (isUpdate) void flush().finally(() => location.reload());
    isUpdate = true;
  });
  serviceWorker.register('/sw.js').then(
    (registration) => {
      const offer = (worker: ServiceWorker | null): void => {
        if (worker === null || serviceWorker.controller === null) return;
        notify({
          text: 'A new version of Waypost is ready',
          detail: 'Reloading keeps what you are typing.',
          action: { label: 'Reload', act: () => worker.postMessage('take over') },
          isLasting: true,
        });
      };
      offer(registration.waiting);
      registration.addEventListener('updatefound', () => {
        const worker = registration.installing;
        worker?.addEventListener('statechange', () => (worker.state === 'installed' ? offer(worker) : undefined));
      });
    },
    // Nothing is lost without it, and the next visit tries again.
    () => undefined,
  );
}
