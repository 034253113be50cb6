/**
 * Makes a checkout ready to run: installs if what is installed is not what the lock says, then builds what changed.
 * The second time it only looks (well under a second). Plain JavaScript for any Node, as nothing is installed yet.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildApp } from './app-build.mjs';
import { findNode24, missingNode24 } from './node24.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** What stopped the preparation, in a sentence for the person who typed the command. */
export class NotReady extends Error {}

/** Resolves to the Node 24 to go on with, or throws `NotReady`. */
export async function prepare() {
  if (!installedAsLocked()) await install();
  const node = findNode24();
  if (node === undefined) throw new NotReady(missingNode24());
  await build(node);
  return node;
}

/** Whether node_modules holds what package-lock.json names. npm writes the inner lock last, so half an install is none. */
function installedAsLocked() {
  const inner = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(inner)) return false;
  const wanted = installedPackages(join(root, 'package-lock.json'));
  const present = installedPackages(inner);
  for (const [path, entry] of wanted) {
    const found = present.get(path);
    // An optional package may be absent: it is the sibling for another system.
    if (found === undefined ? !entry.optional : found.version !== entry.version) return false;
  }
  return [...present.keys()].every((path) => wanted.has(path));
}

function installedPackages(lockPath) {
  const { packages } = JSON.parse(readFileSync(lockPath, 'utf8'));
  return new Map(Object.entries(packages).filter(([path]) => path.includes('node_modules/')));
}

async function install() {
  process.stderr.write('Installing what Waypost needs (once, about half a minute).\n');
  // Without the two --include, a machine set to production would get no compiler and no Node.
  const args = ['ci', '--include=dev', '--include=optional', '--loglevel=error', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const { code, output } = npm?.endsWith('.js')
    ? await run(process.execPath, [npm, ...args])
    : await run('npm', args, { shell: process.platform === 'win32' });
  if (code === 0) return;
  process.stderr.write(output);
  throw new NotReady('Installing failed: put right what npm says above and run the same command again.');
}

async function build(node) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, output } = await run(node, [tsc, '-b', 'packages/server', 'packages/cli']);
  if (code !== 0) {
    process.stderr.write(output);
    throw new NotReady('Waypost does not build from these sources: correct what the compiler says above.');
  }
  await buildApp(root, (web, folder) => bundle(node, web, folder));
}

async function bundle(node, web, folder) {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', web, '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn'];
  const { code, output } = await run(node, args, { cwd: web, env: { ...process.env, NODE_ENV: 'production' } });
  if (code === 0) return;
  process.stderr.write(output);
  throw new NotReady('The app does not build from these sources: correct what the bundler says above.');
}

/** Runs a command in the root, keeping what it prints until it is known to matter. */
function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => reject(new NotReady(`\`${command}\` could not be started: ${error.message}.`)));
    child.once('close', (code) => resolve({ code, output }));
  });
}
