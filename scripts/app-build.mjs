/**
 * Builds the app into packages/web/dist where what it is made of has changed. What it was made of is a hash in the folder
 * itself, so that a folder that is there is a whole one: it is built beside, and takes the place of the old one at the end.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** The packages whose sources the app is built from. */
const PACKAGES = ['protocol', 'model', 'client', 'runner', 'web'];
/** What gets smaller by compressing; fonts and pictures are compressed already. */
const COMPRESSIBLE = new Set(['.html', '.js', '.css', '.svg', '.json', '.webmanifest']);
/** Below this, a packet more or less decides nothing. */
const PLAIN_BYTES_MAX = 1_024;
/** The slowest level takes ten times as long and saves four in a hundred. */
const BROTLI_QUALITY = 9;
const STAMP = '.made-of';

/** `build` runs vite into the folder it is given, and throws where that fails. Resolves to whether it had to. */
export async function buildApp(root, build) {
  const web = join(root, 'packages', 'web');
  const target = join(web, 'dist');
  const sources = hashOfSources(root);
  if (stampIn(target) === sources) return false;
  const beside = join(web, `.dist-${process.pid}`);
  const old = join(web, `.dist-${process.pid}-old`);
  try {
    await build(web, beside);
    compressFiles(beside);
    writeFileSync(join(beside, STAMP), sources);
    if (existsSync(target)) renameSync(target, old);
    renameSync(beside, target);
  } catch (error) {
    // Somebody else built the same at the same time, and was first.
    if (stampIn(target) !== sources) throw error;
  } finally {
    for (const folder of [beside, old]) rmSync(folder, { recursive: true, force: true });
  }
  return true;
}

function stampIn(folder) {
  const file = join(folder, STAMP);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function hashOfSources(root) {
  const hash = createHash('sha256');
  const add = (path) =>
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  for (const path of ['package-lock.json', join('scripts', 'app-build.mjs')]) add(path);
  for (const name of PACKAGES) {
    const folder = join('packages', name);
    for (const path of filesBelow(root, folder)) if (!/\.(?:test|fixture)\.tsx?$/.test(path)) add(path);
  }
  return hash.digest('hex');
}

function filesBelow(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(
      ({ name }) =>
        name !== 'node_modules' && name !== 'dist' && !name.startsWith('.') && !name.endsWith('.tsbuildinfo'),
    )
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(root, path) : [path];
    });
}

function compressFiles(folder) {
  for (const path of filesBelow(folder, '.')) {
    if (!COMPRESSIBLE.has(extname(path))) continue;
    const bytes = readFileSync(join(folder, path));
    if (bytes.length <= PLAIN_BYTES_MAX) continue;
    const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } };
    writeFileSync(join(folder, `${path}.br`), brotliCompressSync(bytes, brotli));
    writeFileSync(join(folder, `${path}.gz`), gzipSync(bytes, { level: 9 }));
  }
}
