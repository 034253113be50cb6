/** What `waypost send` says: for a person as it happens, or as one JSON document. */
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { parseJson } from '@waypost/protocol';
import {
  FAILURE_CODES,
  type Failure,
  type ResponseEnd,
  type ResponseHead,
  type ScriptError,
  type ScriptTest,
} from '@waypost/runner';
import type { ExecutionEvent } from '@waypost/runner/sending';
import type { Context } from './context.ts';
import { fileError } from './files.ts';
import { prettyJson } from './output/json.ts';
import type { Output } from './output/output.ts';
import { harmless, oneLine, visibleJson } from './output/text.ts';
import type { SendOptions } from './send-options.ts';

export interface SentReport {
  note(message: string): void;
  take(event: ExecutionEvent): void;
  /** Whether all went well: a response came, every test passed, and no script threw. */
  finish(): Promise<boolean>;
}

/** What decides about the exit code. */
class Verdict {
  failure: Failure | null = null;
  readonly tests: ScriptTest[] = [];
  readonly scriptErrors: ScriptError[] = [];

  take(event: ExecutionEvent): void {
    if (event.kind === 'failed') this.failure = event.failure;
    if (event.kind === 'tested') this.tests.push(event.test);
    if (event.kind === 'script-failed') this.scriptErrors.push(event.error);
  }

  get isGood(): boolean {
    const hasFailed = this.tests.some(({ outcome }) => outcome === 'failed');
    return this.failure === null && !hasFailed && this.scriptErrors.length === 0;
  }
}

function failureToSay({ code, message }: Failure, details: Readonly<Record<string, unknown>>) {
  return { code, message, retry: FAILURE_CODES[code].retry, exit: 1 as const, details };
}

export class SentJson implements SentReport {
  readonly #output: Output;
  readonly #verdict = new Verdict();
  readonly #notes: string[] = [];
  readonly #console: object[] = [];
  readonly #sent: object[] = [];
  readonly #body: Uint8Array[] = [];
  #unresolved: readonly string[] = [];
  #head: ResponseHead | null = null;
  #end: ResponseEnd | null = null;
  #changed: object | null = null;
  #isSkipped = false;

  constructor(output: Output) {
    this.#output = output;
  }

  note(message: string): void {
    this.#notes.push(message);
  }

  take(event: ExecutionEvent): void {
    this.#verdict.take(event);
    switch (event.kind) {
      case 'composed':
        this.#unresolved = event.composed.unresolved;
        break;
      case 'said':
        this.#console.push({ when: event.when, ...event.line });
        break;
      case 'note':
        this.note(event.note.message);
        break;
      case 'sent':
        this.#sent.push(event.sent);
        break;
      case 'head':
        this.#head = event.head;
        break;
      case 'body':
        this.#body.push(event.bytes);
        break;
      case 'ended':
        this.#end = event.end;
        break;
      case 'skipped':
        this.#isSkipped = true;
        break;
      case 'done':
        this.#changed = changesOf(event.outcome);
        break;
      case 'script':
      case 'script-sent':
      case 'script-failed':
      case 'tested':
      case 'failed':
        break;
    }
  }

  async finish(): Promise<boolean> {
    const { failure, tests, scriptErrors, isGood } = this.#verdict;
    const said = {
      sent: this.#sent,
      response: this.#head === null ? null : { ...this.#head, ...bodyJson(Buffer.concat(this.#body)) },
      timings: this.#end?.timings ?? null,
      sizes: this.#end?.sizes ?? null,
      skipped: this.#isSkipped,
      ...{ tests, scriptErrors, console: this.#console, unresolved: this.#unresolved, notes: this.#notes },
      changed: this.#changed,
    };
    if (failure === null) this.#output.result(said, () => undefined);
    else this.#output.failed(failureToSay(failure, said));
    return isGood;
  }
}

type Outcome = Extract<ExecutionEvent, { kind: 'done' }>['outcome'];

/** Names of what scripts and responses changed on this device; never the values, which may be secrets. */
function changesOf({ variables, cookies }: Outcome): object {
  const { environment, collection, globals } = variables;
  const names = (changes: readonly { readonly name: string }[]) => changes.map(({ name }) => name);
  return {
    ...{ environment: names(environment), collection: names(collection), globals: names(globals) },
    cookies: names([...cookies.set, ...cookies.removed]),
  };
}

/** Text where it is text in UTF-8, and base64 where it is not. */
function bodyJson(bytes: Buffer): { readonly body: string } | { readonly bodyBase64: string } {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { bodyBase64: bytes.toString('base64') };
  }
}

/** JSON up to this is laid out for a person; more would not be read. */
const PRETTY_BYTES_MAX = 1024 * 1024;

/** The body goes to standard output, everything about it to standard error: so that it can be piped on. */
export class SentText implements SentReport {
  readonly #output: Output;
  readonly #showsHeaders: boolean;
  readonly #file: BodyFile | null;
  readonly #verdict = new Verdict();
  readonly #decoder = new TextDecoder();
  /** JSON for a person, until it is whole. */
  #held: Uint8Array[] | null = null;
  #isBinary = false;
  #endsInLine = true;

  static async open({ output }: Context, { include = false, output: file }: SendOptions): Promise<SentText> {
    return new SentText(output, include, file === undefined ? null : await BodyFile.open(file));
  }

  private constructor(output: Output, showsHeaders: boolean, file: BodyFile | null) {
    this.#output = output;
    this.#showsHeaders = showsHeaders;
    this.#file = file;
  }

  note(message: string): void {
    this.#output.note(message);
  }

  take(event: ExecutionEvent): void {
    const { paint } = this.#output;
    this.#verdict.take(event);
    switch (event.kind) {
      case 'composed':
        for (const name of event.composed.unresolved) {
          this.note(paint('yellow', `Nothing gives {{${oneLine(name)}}} a value: it is sent as it is written.`));
        }
        break;
      case 'said':
        this.note(paint('dim', `${event.line.level}: ${event.line.text}`));
        break;
      case 'script-failed':
        this.note(paint('red', `A script of ${event.error.from} failed: ${event.error.name}: ${event.error.message}`));
        break;
      case 'tested':
        this.#tellTest(event.test);
        break;
      case 'note':
        this.note(event.note.message);
        break;
      case 'sent':
        if (event.sent.answer !== null) {
          const { method, url, answer } = event.sent;
          this.note(paint('dim', `${method} ${oneLine(url)} was answered ${answer.status}`));
        }
        break;
      case 'head':
        this.#begin(event.head);
        break;
      case 'body':
        this.#tellBody(event.bytes);
        break;
      case 'ended':
        this.#end(event.end);
        break;
      case 'skipped':
        this.note('A script said not to send this request.');
        break;
      case 'failed':
        this.#endBody();
        break;
      case 'script':
      case 'script-sent':
      case 'done':
        break;
    }
  }

  async finish(): Promise<boolean> {
    const { failure, isGood } = this.#verdict;
    await this.#file?.finish(failure === null);
    if (failure !== null) this.#output.failed(failureToSay(failure, {}));
    return isGood;
  }

  #begin({ status, reason, httpVersion, headers }: ResponseHead): void {
    const { paint, isTerminal } = this.#output;
    const colour = status < 300 ? 'green' : status < 400 ? 'yellow' : 'red';
    this.note(`${paint('dim', `HTTP/${httpVersion}`)} ${paint(colour, `${status} ${oneLine(reason)}`.trim())}`);
    if (this.#showsHeaders)
      for (const [name, value] of headers) this.note(`${paint('dim', `${oneLine(name)}:`)} ${oneLine(value)}`);
    const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
    if (isTerminal && this.#file === null && /json/i.test(type)) this.#held = [];
  }

  #tellBody(bytes: Uint8Array): void {
    if (this.#file !== null) return this.#file.write(bytes);
    if (!this.#output.isTerminal) return this.#output.raw(bytes);
    if (this.#held !== null) {
      this.#held.push(bytes);
      if (this.#held.reduce((sum, { length }) => sum + length, 0) > PRETTY_BYTES_MAX) this.#letGo();
      return undefined;
    }
    return this.#show(bytes);
  }

  #show(bytes: Uint8Array): void {
    this.#isBinary ||= bytes.includes(0);
    if (this.#isBinary) return;
    const text = this.#decoder.decode(bytes, { stream: true }).replaceAll('\r\n', '\n').replaceAll('\t', '    ');
    if (text === '') return;
    this.#endsInLine = text.endsWith('\n');
    this.#output.raw(harmless(text));
  }

  #letGo(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const bytes of held) this.#show(bytes);
  }

  #endBody(): void {
    if (this.#held !== null) {
      const text = laidOut(Buffer.concat(this.#held));
      if (text === null) this.#letGo();
      else this.#output.line(visibleJson(text));
      this.#held = null;
    }
    if (this.#isBinary) this.note('The body is no text, and is not shown: --output FILE keeps it.');
    if (!this.#endsInLine) this.#output.line();
    this.#endsInLine = true;
  }

  #end({ timings, sizes }: ResponseEnd): void {
    this.#endBody();
    const size = `${sizes.responseBody.toLocaleString('en')} bytes`;
    this.note(this.#output.paint('dim', `${Math.round(timings.totalMs)} ms, ${size}`));
  }

  #tellTest({ name, outcome, message }: ScriptTest): void {
    const { paint } = this.#output;
    if (outcome === 'passed') this.note(`${paint('green', '✓')} ${oneLine(name)}`);
    if (outcome === 'skipped') this.note(paint('dim', `- ${oneLine(name)} (skipped)`));
    if (outcome === 'failed') this.note(`${paint('red', '✗')} ${oneLine(name)}: ${oneLine(message ?? '')}`);
  }
}

function laidOut(bytes: Buffer): string | null {
  try {
    return prettyJson(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return null;
  }
}

/** The body in a file: there as a whole or not at all. */
class BodyFile {
  readonly #path: string;
  readonly #handle: FileHandle;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  static async open(path: string): Promise<BodyFile> {
    try {
      return new BodyFile(path, await open(`${path}.unfinished`, 'w'));
    } catch (error) {
      throw fileError(error, path, 'the folder it would go to does not exist');
    }
  }

  write(bytes: Uint8Array): void {
    this.#writing = this.#writing.then(async () => this.#handle.appendFile(bytes));
  }

  async finish(isWhole: boolean): Promise<void> {
    try {
      await this.#writing;
      await this.#handle.close();
      if (isWhole) await rename(`${this.#path}.unfinished`, this.#path);
      else await rm(`${this.#path}.unfinished`, { force: true });
    } catch (error) {
      throw fileError(error, this.#path);
    }
  }
}
