/** What a person types: passwords without echo, answers, and text from a pipe. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { usageError } from './failure.ts';

/** Far more than anyone's password or document on a pipe should be. */
const INPUT_BYTES_MAX = 512 * 1024 * 1024;

export interface InputStream extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
}

export class Terminal {
  readonly #input: InputStream;
  readonly #prompts: NodeJS.WritableStream;
  #piped: Promise<Buffer> | null = null;

  constructor(input: InputStream, prompts: NodeJS.WritableStream) {
    this.#input = input;
    this.#prompts = prompts;
  }

  /** All of standard input, once. */
  bytes(): Promise<Buffer> {
    this.#piped ??= readAll(this.#input);
    return this.#piped;
  }

  /** The lines of standard input where `fromStdin`, else asked for one by one without showing them. */
  async passwords(questions: readonly string[], { fromStdin }: { readonly fromStdin: boolean }): Promise<string[]> {
    if (fromStdin) {
      const lines = (await this.bytes()).toString().split(/\r?\n/);
      return questions.map((question, at) => {
        const line = lines[at] ?? '';
        if (line === '') throw usageError(`Standard input ends before a line for "${question}".`);
        return line;
      });
    }
    if (!this.isThere) {
      throw usageError(
        'There is no terminal to ask for the password: give --password-stdin and write it to standard input.',
      );
    }
    const answers: string[] = [];
    for (const question of questions) answers.push(await this.#askHidden(question));
    return answers;
  }

  /** Whether a person sits in front of it. */
  get isThere(): boolean {
    return this.#input.isTTY === true;
  }

  /** Calls back for each Enter, where a person sits in front of it. Returns how to stop that. */
  onEnter(act: () => void): () => void {
    if (!this.isThere) return () => undefined;
    const lines = createInterface({ input: this.#input });
    lines.on('line', act);
    return () => lines.close();
  }

  /** What a person types, seen as it is typed. Only where {@link isThere}. */
  async answer(question: string): Promise<string> {
    const lines = createInterface({ input: this.#input, output: this.#prompts });
    try {
      return await lines.question(`${question}: `);
    } finally {
      lines.close();
    }
  }

  async #askHidden(question: string): Promise<string> {
    const muted = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: this.#input, output: muted, terminal: true });
    try {
      this.#prompts.write(`${question}: `);
      return await lines.question('');
    } finally {
      lines.close();
      this.#prompts.write('\n');
    }
  }
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    const chunk = typeof part === 'string' ? Buffer.from(part) : part;
    bytes += chunk.length;
    if (bytes > INPUT_BYTES_MAX) throw usageError('Standard input has more than 512 MB.');
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}
