/**
 * Runs a part of Waypost on Node 24, whichever Node started it.
 *
 * The code needs Node 24; the machine of someone who just cloned the repository may have only an older one. `npm ci`
 * brings a Node 24 along (optionalDependencies of the root), and this file finds it and hands over to it. Plain
 * JavaScript that Node 18 can read, because it is what runs before the hand-over.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;

/** A server drains in at most 5 s; one that is still there after this long would never end by itself. */
const ORPHAN_ENDS_AFTER_MS = 8_000;

const require = createRequire(import.meta.url);

/** The path of a Node that is new enough: the running one, else the one `npm ci` installed, else undefined. */
export function findNode24() {
  if (Number.parseInt(process.versions.node, 10) >= NODE_MAJOR) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  try {
    const binary = join(
      dirname(require.resolve(`${name}/package.json`)),
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    );
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** What to tell a person for whom `findNode24` found nothing. */
export function missingNode24() {
  return (
    `Waypost needs Node ${NODE_MAJOR} or newer, and this is Node ${process.versions.node}: ` +
    `install Node ${NODE_MAJOR} (on Linux and Windows, running \`npm ci\` in Waypost's folder is enough).`
  );
}

/**
 * Runs `node ...args` with this process's input and output, passes signals on, and resolves to its exit code.
 *
 * The channel between the two is never written to. It is there to break: a launcher killed with SIGKILL can pass
 * nothing on, but its end of the channel closes, and `endWithParent` in the child sees that.
 */
export function runTied(node, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...environment },
    });
    const passOn = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, passOn);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const name of signals) process.off(name, passOn);
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}

/** In a child started by `runTied`: ends as on SIGTERM when the launcher is gone. Elsewhere it does nothing. */
export function endWithParent() {
  if (!process.channel) return;
  process.once('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), ORPHAN_ENDS_AFTER_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // Listening would otherwise keep a command alive that has nothing left to do.
  process.channel.unref();
}

/**
 * The whole of a bin file: runs the built `main` in this process if it is on Node 24 as it should be, else starts `bin`
 * again on one. Both are file URLs; `flags` and `environment` are how Node is to run it.
 */
export async function launch({ bin, main, flags = [], environment = {} }) {
  const node = findNode24();
  if (node === undefined) return fail(missingNode24());
  if (!existsSync(fileURLToPath(main))) {
    return fail('Waypost is not built yet: run `npm ci` and then `npm run build` in its folder.');
  }
  const args = [fileURLToPath(bin), ...process.argv.slice(2)];
  if (node !== process.execPath) {
    process.exitCode = await runTied(node, [...flags, ...args], environment);
    return;
  }
  const isAsked = flags.every((flag) => process.execArgv.includes(flag));
  // In this process's place: a second one beside it would only take memory.
  if (!isAsked && process.execve !== undefined && !process.channel && process.platform !== 'win32') {
    const execArgv = [...process.execArgv, ...flags];
    process.execve(node, [node, ...execArgv, ...args], { ...process.env, ...environment });
  }
  endWithParent();
  await import(main);
}

/** Says one sentence and leaves with exit code 1. */
export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
