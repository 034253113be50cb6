import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig, type Plugin } from 'vite';

/** The app is built from the sources of the other packages, so that it needs no other build before it. */
export default defineConfig({
  plugins: [react(), tailwindcss(), serviceWorkerFiles()],
  resolve: {
    conditions: ['waypost-source', ...defaultClientConditions],
    alias: { 'iconv-lite': join(import.meta.dirname, 'src/sending/no-iconv.ts') },
  },
  build: {
    target: 'es2024',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: {
      input: { app: 'index.html', sw: 'src/service-worker/service-worker.ts' },
      // The browser knows a service worker by its address, so that one has to stay the same.
      output: {
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
        // What the first paint needs is one file: compressed as a whole, and asked for once, where it was fifty.
        codeSplitting: { groups: [{ name: 'first', tags: ['$initial'], test: /^(?!.*service-worker)/ }] },
      },
    },
  },
});

/** Tells the service worker which files this version is made of. */
function serviceWorkerFiles(): Plugin {
  let publicFolder = '';
  return {
    name: 'waypost-service-worker-files',
    apply: 'build',
    configResolved: ({ publicDir }) => {
      publicFolder = publicDir;
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk') throw new Error('The build made no service worker.');
        const contents = new Map<string, string | Uint8Array>();
        for (const file of Object.values(bundle)) {
          if (file !== worker) contents.set(`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source);
        }
        for (const name of readdirSync(publicFolder)) contents.set(`/${name}`, readFileSync(join(publicFolder, name)));
        const page = contents.get('/index.html');
        if (page === undefined) throw new Error('The build made no page.');
        contents.delete('/index.html');
        contents.set('/', page);
        const hash = createHash('sha256');
        const names = [...contents.keys()].filter(isKept).sort();
        for (const name of names) hash.update(name).update(contents.get(name) ?? '');
        worker.code = `const APP_FILES=${JSON.stringify(names)};const APP_VERSION=${JSON.stringify(hash.digest('hex').slice(0, 16))};\n${worker.code}`;
      },
    },
  };
}

/** Fonts for scripts other than Latin are fetched where a text needs them. */
function isKept(path: string): boolean {
  return !/-(?:cyrillic|greek|vietnamese)[^/]*\.woff2$/.test(path);
}
