/** The built server as an operator runs it: a process of its own, on a port of its own, in a folder of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

const BIN = fileURLToPath(new URL('../../../packages/server/bin/waypost-server.js', import.meta.url));
/** A server with an empty folder is ready well within this; one that is not has failed. */
const READY_WITHIN_MS = 20_000;

export class ServerProcess {
  /** Where devices find it: its own address, or that of a proxy in front. */
  url: string;
  readonly port: number;
  readonly folder: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, url: string, folder: string) {
    this.#child = child;
    this.url = url;
    this.port = Number(new URL(url).port);
    this.folder = folder;
  }

  /** Throws with what the server said where it does not become ready. */
  static async start(folder: string, ...flags: readonly string[]): Promise<ServerProcess> {
    const args = [BIN, '--data', folder, ...(flags.includes('--port') ? [] : ['--port', '0']), ...flags];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: bareEnvironment() });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-20_000);
    });
    const url = await new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`the server was not ready in time: ${said}`));
      }, READY_WITHIN_MS);
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text;
        const ready = /^Waypost is ready at (http\S+)$/m.exec(out);
        if (ready?.[1] === undefined) return;
        clearTimeout(timer);
        resolve(ready[1]);
      });
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(Object.assign(new Error(`the server ended with ${code}: ${said}`), { code, said }));
      });
    });
    return new ServerProcess(child, url, folder);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** As `kill -9`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** As an operator stops it; answers the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
    return this.#child.exitCode;
  }
}

/** `waypost-server admin …` beside the server, or without one; its JSON. */
export async function administer(args: readonly string[]): Promise<unknown> {
  const { stdout } = await run(process.execPath, [BIN, 'admin', ...args, '--json'], { env: bareEnvironment() });
  return JSON.parse(stdout);
}

/** Nothing of the developer's own settings reaches a test. */
export function bareEnvironment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('WAYPOST_') && name !== 'NODE_OPTIONS');
  return { ...Object.fromEntries(kept.map(([name, value]) => [name, value ?? ''])), ...more };
}
