/** A home without an account, and the command line run on it within this process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { runCommandLine } from './run.ts';
import { Terminal } from './terminal.ts';

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly error: string;
}

/** A command that goes on until it is interrupted. */
export interface Running {
  /** The first line that it prints. */
  readonly line: () => Promise<string>;
  readonly error: () => string;
  readonly stop: () => Promise<number>;
}

/** What JSON of any command the tests read. */
export interface Answer {
  readonly id: string;
  readonly outcome: string;
  readonly elements: readonly { readonly id: string; readonly name: string }[];
  readonly root: readonly string[];
  readonly error: { readonly code: string; readonly message: string };
  readonly data: { readonly name: string; readonly request: { readonly url: { readonly raw: string } } };
}

type Write = (data: string | Uint8Array) => unknown;

export class LocalHome {
  readonly #folder = mkdtempSync(join(tmpdir(), 'waypost-cli-'));
  /** How wide the terminal is; null where nobody looks. */
  columns: number | null = null;

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  file(name: string, content: string | Uint8Array): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  async run(args: readonly string[], input = ''): Promise<Ran> {
    let [out, error] = ['', ''];
    const exit = await this.#run(args, {
      input,
      out: (data) => (out += typeof data === 'string' ? data : Buffer.from(data).toString('latin1')),
      error: (data) => (error += String(data)),
      interrupted: new AbortController().signal,
    });
    return { exit, out, error };
  }

  start(args: readonly string[]): Running {
    const interruption = new AbortController();
    let error = '';
    let said = (_text: string): void => undefined;
    const line = new Promise<string>((resolve) => (said = resolve));
    const exit = this.#run(args, {
      input: '',
      out: (data) => said(String(data)),
      error: (data) => (error += String(data)),
      interrupted: interruption.signal,
    });
    const stop = async (): Promise<number> => {
      interruption.abort();
      return exit;
    };
    return { line: async () => line, error: () => error, stop };
  }

  async #run(
    args: readonly string[],
    { input, out, error, interrupted }: { input: string; out: Write; error: Write; interrupted: AbortSignal },
  ): Promise<number> {
    const terminal = this.columns === null ? {} : { isTTY: true, columns: this.columns };
    return runCommandLine({
      args,
      environment: { WAYPOST_HOME: this.path('home') },
      streams: { out: { ...terminal, write: out }, error: { write: error } },
      terminal: new Terminal(Readable.from([input]), new Writable()),
      interrupted,
      version: '1.2.3',
    });
  }

  async json(...args: readonly string[]): Promise<Answer> {
    const { out } = await this.run([...args, '--json']);
    return JSON.parse(out) as Answer;
  }
}
