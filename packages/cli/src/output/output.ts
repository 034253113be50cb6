/** What a command says: one JSON document or text for people on standard output, everything else on standard error. */
import type { Failure } from '../failure.ts';
import { type Paint, painter } from './colour.ts';
import { Progress, TICKS } from './progress.ts';
import { lineWidth, type Stream } from './stream.ts';
import { type Rows, table } from './table.ts';
import { harmless, oneLine } from './text.ts';

export interface Streams {
  readonly out: Stream;
  readonly error: Stream;
}

export class Output {
  readonly isJson: boolean;
  readonly paint: Paint;
  readonly #streams: Streams;

  constructor(
    streams: Streams,
    options: { readonly json: boolean; readonly environment: Readonly<Record<string, string | undefined>> },
  ) {
    this.#streams = streams;
    this.isJson = options.json;
    this.paint = painter(streams.out.isTTY === true && !options.json, options.environment);
  }

  /** Whether a person looks at the result, and it must not steer the terminal. */
  get isTerminal(): boolean {
    return this.#streams.out.isTTY === true;
  }

  get width(): number {
    return lineWidth(this.#streams.out);
  }

  /** The command's result: its JSON, or what `people` says. */
  result(json: Readonly<Record<string, unknown>>, people: () => void): void {
    if (this.isJson) this.#streams.out.write(`${JSON.stringify(json)}\n`);
    else people();
  }

  /** A result with a member that is JSON text already, and must not be read and written again. */
  resultWith(json: Readonly<Record<string, unknown>>, member: string, text: string, people: () => void): void {
    if (!this.isJson) return people();
    this.#streams.out.write(`${JSON.stringify(json).slice(0, -1)},${JSON.stringify(member)}:${text}}\n`);
  }

  line(text = ''): void {
    this.#streams.out.write(`${harmless(text)}\n`);
  }

  /** As it is, to the byte. */
  raw(data: string | Uint8Array): void {
    this.#streams.out.write(data);
  }

  table(header: readonly string[], rows: Rows): void {
    const titles = header.map((title) => this.paint('dim', title));
    for (const line of table(titles, rows, this.width)) this.line(line);
  }

  /** For the person, beside the result: what to do next, what was left out. */
  note(text: string): void {
    this.#streams.error.write(`${harmless(text)}\n`);
  }

  progress(): Progress {
    return new Progress(this.#streams.error, TICKS);
  }

  failed({ code, message, retry, details }: Failure): void {
    if (this.isJson) this.#streams.out.write(`${JSON.stringify({ error: { code, message, retry }, ...details })}\n`);
    this.#streams.error.write(`${oneLine(message)}\n`);
  }
}
