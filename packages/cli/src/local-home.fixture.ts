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

/** What JSON of any command the tests read. */
export interface Answer {
  readonly id: string;
  readonly outcome: string;
  readonly elements: readonly { readonly id: string; readonly name: string }[];
  readonly root: readonly string[];
  readonly error: { readonly code: string; readonly message: string };
  readonly data: { readonly name: string; readonly request: { readonly url: { readonly raw: string } } };
}

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
    const terminal = this.columns === null ? {} : { isTTY: true, columns: this.columns };
    const exit = await runCommandLine({
      args,
      environment: { WAYPOST_HOME: this.path('home') },
      streams: {
        out: {
          ...terminal,
          write: (data) => (out += typeof data === 'string' ? data : Buffer.from(data).toString('latin1')),
        },
        error: { write: (data) => (error += String(data)) },
      },
      terminal: new Terminal(Readable.from([input]), new Writable()),
      interrupted: new AbortController().signal,
      version: '1.2.3',
    });
    return { exit, out, error };
  }

  async json(...args: readonly string[]): Promise<Answer> {
    const { out } = await this.run([...args, '--json']);
    return JSON.parse(out) as Answer;
  }
}
