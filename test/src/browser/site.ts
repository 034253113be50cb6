/** Pages for tests: one module, bundled from the sources of the packages. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { BrowserContext } from 'playwright-core';
import { type Plugin, rolldown } from 'rolldown';

export interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

interface PageFile {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

export interface ModuleOptions {
  /** What it imports of vitest comes from page-suite.ts instead. */
  readonly suite?: boolean;
}

/** Serves a page that runs the module on a loopback address. Its name is relative to `beside`, an `import.meta.url`. */
export async function serveModule(name: string, beside: string, options: ModuleOptions = {}): Promise<Site> {
  const files = await bundle(name, beside, options);
  const server = createServer((request, response) => {
    const file = files.find(({ path }) => path === request.url);
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': file.type }).end(file.text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What a browser needs for {@link layModuleOver}: a page that nobody really served may else open no sockets to this machine. */
export const LAID_OVER = ['--disable-features=LocalNetworkAccessChecks'];

/** Shows that page at the address of a server, so that it may talk to it as the app does. Answers where. */
export async function layModuleOver(
  context: BrowserContext,
  server: string,
  { name, beside }: { readonly name: string; readonly beside: string },
): Promise<string> {
  const files = await bundle(name, beside);
  for (const { path, type, text } of files) {
    const at = new URL(`/test-page${path}`, server).href;
    await context.route(at, (route) => route.fulfill({ contentType: type, body: text }));
  }
  return new URL('/test-page/', server).href;
}

async function bundle(
  name: string,
  beside: string,
  { suite = false }: ModuleOptions = {},
): Promise<readonly PageFile[]> {
  const bundled = await rolldown({
    plugins: suite ? [suiteInPlaceOfVitest()] : [],
    input: fileURLToPath(new URL(name, beside)),
    platform: 'browser',
    resolve: { conditionNames: ['waypost-source', 'import', 'browser', 'default'] },
    logLevel: 'silent',
  });
  const { output } = await bundled.generate({ format: 'esm', codeSplitting: false });
  await bundled.close();
  const page = '<!doctype html><meta charset="utf-8"><script type="module" src="page.js"></script>';
  return [
    { path: '/', type: 'text/html; charset=utf-8', text: page },
    { path: '/page.js', type: 'text/javascript; charset=utf-8', text: output[0].code },
  ];
}

function suiteInPlaceOfVitest(): Plugin {
  const suite = fileURLToPath(new URL('./page-suite.ts', import.meta.url));
  return {
    name: 'suite-in-place-of-vitest',
    resolveId: (source, importer) => (source === 'vitest' && importer !== suite ? suite : null),
  };
}
