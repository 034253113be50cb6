import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildApp } from './app-build.mjs';

const SCRIPT = 'const x = 1;\n'.repeat(200);
let root: string;
let web: string;
let built: number;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'waypost-build-'));
  web = join(root, 'packages', 'web');
  built = 0;
  for (const name of ['protocol', 'model', 'client', 'runner', 'web', 'server']) {
    mkdirSync(join(root, 'packages', name, 'src'), { recursive: true });
    writeFileSync(join(root, 'packages', name, 'src', 'index.ts'), name);
  }
  mkdirSync(join(root, 'scripts'));
  writeFileSync(join(root, 'scripts', 'app-build.mjs'), '');
  writeFileSync(join(root, 'package-lock.json'), '{}');
});
afterEach(() => rmSync(root, { recursive: true }));

async function bundle(_web: string, folder: string): Promise<void> {
  built += 1;
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.html'), `build ${built}`);
  writeFileSync(join(folder, 'app.js'), SCRIPT);
}

const page = (): string => readFileSync(join(web, 'dist', 'index.html'), 'utf8');

it('builds the app once, and again where something that it is made of has changed', async () => {
  expect(await buildApp(root, bundle)).toBe(true);
  expect(await buildApp(root, bundle)).toBe(false);
  writeFileSync(join(root, 'packages', 'model', 'src', 'index.ts'), 'changed');
  expect(await buildApp(root, bundle)).toBe(true);
  writeFileSync(join(root, 'packages', 'web', 'src', 'new.tsx'), 'new');
  expect(await buildApp(root, bundle)).toBe(true);
  expect(page()).toBe('build 3');
});

it('does not build it for what it is not made of', async () => {
  await buildApp(root, bundle);
  writeFileSync(join(root, 'packages', 'server', 'src', 'index.ts'), 'changed');
  writeFileSync(join(root, 'packages', 'web', 'src', 'new.test.ts'), 'new');
  expect(await buildApp(root, bundle)).toBe(false);
});

it('puts beside each long text what is sent instead of it, compressed', async () => {
  await buildApp(root, bundle);
  const file = join(web, 'dist', 'app.js');
  expect(gunzipSync(readFileSync(`${file}.gz`)).toString()).toBe(SCRIPT);
  expect(brotliDecompressSync(readFileSync(`${file}.br`)).toString()).toBe(SCRIPT);
  expect(existsSync(join(web, 'dist', 'index.html.gz'))).toBe(false);
});

it('leaves the app as it was where it does not build', async () => {
  await buildApp(root, bundle);
  writeFileSync(join(root, 'packages', 'web', 'src', 'index.ts'), 'broken');
  const failing = buildApp(root, async (folder, beside) => {
    await bundle(folder, beside);
    throw new Error('it does not build');
  });
  await expect(failing).rejects.toThrow('it does not build');
  expect(page()).toBe('build 1');
  expect(readdirSync(web).sort()).toEqual(['dist', 'src']);
});
