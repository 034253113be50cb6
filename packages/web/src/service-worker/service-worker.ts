/// <reference lib="webworker" />
/**
 * Keeps the app itself on the device, so that it opens without a network. It never touches what people work on, and
 * never answers for the server: only the app's own files come from here.
 *
 * A new version is taken as a whole, beside the running one, and waits until a person agrees to reload: no tab ever runs
 * with half of one version and half of the other.
 */
declare const self: ServiceWorkerGlobalScope;

/** Put in by the build: every file of this version, and a name made of their contents. */
declare const APP_FILES: readonly string[];
declare const APP_VERSION: string;

const PREFIX = 'waypost-app-';
const CACHE = `${PREFIX}${APP_VERSION}`;
/** What the server answers itself. Everything else a tab navigates to is the app. */
const SERVER_PATHS = /^\/(?:api|send|healthz|readyz|metrics)(?:\/|$)/;
/** Pages of their own among the app's files. */
const PAGES: readonly string[] = ['/sandbox.html', '/oauth-callback.html'];

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) =>
      // Not from the browser's own cache: the page must be the one these files belong to.
      cache.addAll(
        APP_FILES.map((path) => new Request(path, { cache: path.startsWith('/assets/') ? 'default' : 'reload' })),
      ),
    ),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== CACHE))
      .then((old) => Promise.all(old.map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener('message', ({ data }: ExtendableMessageEvent) => {
  if (data === 'take over') void self.skipWaiting();
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin || SERVER_PATHS.test(url.pathname)) return;
  const path = request.mode === 'navigate' && !PAGES.includes(url.pathname) ? '/' : url.pathname;
  if (!APP_FILES.includes(path)) return;
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) => cache.match(path))
      .then((kept) => kept ?? fetch(request)),
  );
});
