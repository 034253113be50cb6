/** One device as a person uses it from a shell: a `WAYPOST_HOME` of its own and the built `waypost` command. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Answer, WatchEvent } from './answers.ts';
import { bareEnvironment } from './server-process.ts';

const BIN = fileURLToPath(new URL('../../../packages/cli/bin/waypost.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

export const PASSWORD = 'correct horse battery staple';

export class Home {
  readonly folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #flags: readonly string[];

  /** The flags are given to every command. */
  constructor(folder: string, environment: Readonly<Record<string, string>> = {}, flags: readonly string[] = []) {
    this.folder = folder;
    this.#environment = environment;
    this.#flags = flags;
    mkdirSync(folder, { recursive: true });
  }

  /** Runs a command to its end. */
  async run(args: readonly string[], input = ''): Promise<Ran> {
    const child = this.#spawn(args);
    child.stdin?.end(input);
    const [out, error, ended] = [textOf(child.stdout), textOf(child.stderr), once(child, 'exit')];
    await ended;
    return { code: child.exitCode, out: await out, error: await error };
  }

  /** Runs a command that must succeed, and reads its JSON. */
  async json(...args: readonly string[]): Promise<Answer> {
    const { code, out, error } = await this.run([...args, '--json']);
    if (code !== 0) throw new Error(`waypost ${args.join(' ')} ended with ${code}: ${error}${out}`);
    return JSON.parse(out) as Answer;
  }

  /** Runs a command that ends otherwise, and reads its JSON. */
  async fails(code: number, ...args: readonly string[]): Promise<Answer> {
    const ran = await this.run([...args, '--json']);
    if (ran.code !== code)
      throw new Error(`waypost ${args.join(' ')} ended with ${ran.code}, not ${code}: ${ran.error}${ran.out}`);
    return JSON.parse(ran.out) as Answer;
  }

  async signUp(server: string, email: string, device: string): Promise<Answer> {
    return this.#withPassword(['signup', '--server', server, '--email', email, '--device', device]);
  }

  async signIn(server: string, email: string, device: string, ...more: readonly string[]): Promise<Answer> {
    return this.#withPassword(['login', '--server', server, '--email', email, '--device', device, ...more]);
  }

  async export(id: string): Promise<string> {
    const { code, out, error } = await this.run(['export', id]);
    if (code !== 0) throw new Error(`export ended with ${code}: ${error}`);
    return out;
  }

  /** Follows what happens. */
  watch(...args: readonly string[]): Watch {
    return new Watch(this.#spawn(['sync', '--watch', '--json', ...args]));
  }

  /** Starts a command that the test ends itself. */
  start(args: readonly string[]): ChildProcess {
    return this.#spawn(args);
  }

  /** Every file of the home, hidden ones too, with its bytes. */
  files(): { readonly path: string; readonly bytes: Buffer }[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => ({ path, bytes: readFileSync(path) }));
  }

  async #withPassword(args: readonly string[]): Promise<Answer> {
    const { code, out, error } = await this.run([...args, '--password-stdin', '--json'], `${PASSWORD}\n`);
    const json = JSON.parse(out) as Answer;
    if (code !== 0) throw Object.assign(new Error(`waypost ${args[0]} ended with ${code}: ${error}`), { json, code });
    return json;
  }

  #spawn(args: readonly string[]): ChildProcess {
    return spawn(process.execPath, [BIN, ...this.#flags, ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: bareEnvironment({ WAYPOST_HOME: this.folder, NO_COLOR: '1', ...this.#environment }),
    });
  }
}

/** A `sync --watch` with the events it has printed. */
export class Watch {
  readonly events: WatchEvent[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout === null) throw new Error('the watch has no output');
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.events.push(JSON.parse(line) as WatchEvent);
      for (const check of this.#waiting) check();
    });
  }

  /** The first event that fits, past or to come. */
  async until(fits: (event: WatchEvent) => boolean, withinMs = 10_000): Promise<WatchEvent> {
    const found = this.events.find(fits);
    if (found !== undefined) return found;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`no such event in ${withinMs} ms, but ${JSON.stringify(this.events.slice(-8))}`));
      }, withinMs);
      const check = (): void => {
        const event = this.events.find(fits);
        if (event === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(event);
      };
      this.#waiting.add(check);
    });
  }

  /** Waits until it stands at the head and is told of everything from here on. */
  async synced(): Promise<void> {
    await this.until((event) => event.event === 'status' && (event.status?.phase ?? event.phase) === 'synced', 20_000);
  }

  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = '';
  if (stream === null) return text;
  stream.setEncoding('utf8');
  for await (const part of stream) text += String(part);
  return text;
}
