/** A real server: the program in a process of its own, on any free port, in a folder that the test owns. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

export class ServerProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Settles with the address once it is ready; rejects when it ends before. */
  readonly ready: Promise<string>;
  #output = '';
  #errors = '';

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, ['--conditions=waypost-source', MAIN, ...args], {
      env: { ...process.env, NODE_OPTIONS: '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
    const exited = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      this.child.once('exit', (code, signal) => resolve([code, signal]));
    });
    // Not 'close': that never comes once the channel was disconnected from this side.
    const silent = [this.child.stdout, this.child.stderr].map(
      (stream) => new Promise((resolve) => stream?.once('close', resolve)),
    );
    this.ended = Promise.all([exited, ...silent]).then(([[code, signal]]) => ({
      code,
      signal,
      output: this.#output,
      errors: this.#errors,
    }));
    this.ready = new Promise((resolve, reject) => {
      this.child.stdout?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
        const address = /^Waypost is ready at (\S+)$/m.exec(this.#output)?.[1];
        if (address !== undefined) resolve(address);
      });
      void this.ended.then(({ code, errors }) => reject(new Error(`the server ended (${code}): ${errors}`)));
    });
    // Tests of servers that never become ready look at `ended`.
    this.ready.catch(() => undefined);
  }

  get output(): string {
    return this.#output;
  }

  get errors(): string {
    return this.#errors;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** Servers and folders of one test file, cleaned up at its end. */
export class Servers {
  readonly #running: ServerProcess[] = [];
  readonly #folders: string[] = [];

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'waypost-server-'));
    this.#folders.push(folder);
    return folder;
  }

  launch(args: readonly string[], environment: Readonly<Record<string, string>> = {}): ServerProcess {
    const server = new ServerProcess(args, environment);
    this.#running.push(server);
    return server;
  }

  /** A server that is ready, and its address. */
  async start(...args: readonly string[]): Promise<{ server: ServerProcess; url: string; data: string }> {
    const data = await this.folder();
    const server = this.launch(['--port', '0', '--data', data, ...args]);
    return { server, url: await server.ready, data };
  }

  async cleanUp(): Promise<void> {
    for (const server of this.#running) server.child.kill('SIGKILL');
    await Promise.all(this.#running.map(({ ended }) => ended));
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}
