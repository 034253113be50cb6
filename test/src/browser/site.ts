/** Pages for tests: one module, bundled from the sources of the packages and served on a loopback address. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

export interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

/** Serves a page that runs the module, `./name.page.ts` beside the caller's `import.meta.url`. */
export async function serveModule(name: string, beside: string): Promise<Site> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL(name, beside)),
    platform: 'browser',
    resolve: { conditionNames: ['waypost-source', 'import', 'browser', 'default'] },
    logLevel: 'silent',
  });
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
  await bundle.close();
  const files = new Map<string, readonly [type: string, text: string]>([
    ['/', ['text/html', '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>']],
    ['/page.js', ['text/javascript', output[0].code]],
  ]);
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': `${file[0]}; charset=utf-8` }).end(file[1]);
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
