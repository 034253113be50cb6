/** `waypost agent`: sends from this machine for an app that comes from another, and for the pages it was paired with alone. */
import { type Home, readPrivateJson, writePrivateFile } from '@waypost/client/node';
import {
  type AgentEvent,
  type AgentPairing,
  type AgentPairings,
  AgentServer,
  CODE_LIVES_MS,
  PAIRING_FILE_FORMAT,
  pairingFileSchema,
  SendingThread,
} from '@waypost/runner/serving';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CommandError, EXIT, type ExitCode, usageError } from '../failure.ts';
import { matching, shortId } from '../finding.ts';
import { relativeTime } from '../output/relative-time.ts';
import { openHome } from '../session.ts';

/** `agent.json` in the home folder. Other processes of this home read and write it too. */
class PairingFile implements AgentPairings {
  readonly #home: Home;
  readonly #file: string;

  constructor(home: Home) {
    this.#home = home;
    this.#file = join(home.folder, 'agent.json');
  }

  all(): readonly AgentPairing[] {
    return readPrivateJson(this.#file, pairingFileSchema, PAIRING_FILE_FORMAT)?.pairings ?? [];
  }

  async add(pairing: AgentPairing): Promise<void> {
    await this.#change((pairings) => [...pairings, pairing]);
  }

  async remove(id: string): Promise<void> {
    await this.#change((pairings) => pairings.filter((pairing) => pairing.id !== id));
  }

  async #change(change: (pairings: readonly AgentPairing[]) => readonly AgentPairing[]): Promise<void> {
    await this.#home.locked(async () =>
      writePrivateFile(this.#file, JSON.stringify({ format: PAIRING_FILE_FORMAT, pairings: change(this.all()) })),
    );
  }
}

export async function agent(
  context: Context,
  options: { readonly port: string; readonly origin?: string },
): Promise<ExitCode> {
  const { output } = context;
  const port = readPort(options.port);
  const origin = options.origin === undefined ? null : readOrigin(options.origin);
  const home = await openHome(context);
  const sender = new SendingThread({ kind: 'own machine' });
  const server = new AgentServer({
    sender,
    pairings: new PairingFile(home),
    origin,
    now: () => Date.now(),
    told: (event) => output.note(sentenceOf(event)),
  });
  const url = `http://127.0.0.1:${await listening(server, port)}`;
  const code = server.showCode();
  output.result({ url, code, expiresAt: Date.now() + CODE_LIVES_MS }, () => {
    output.line(`The agent sends requests from this machine, at ${url}, for the pages it is paired with.`);
    output.line();
    output.line(`To pair one, type this code into it: ${output.paint('bold', code)}`);
    const minutes = `It is good once, for ${CODE_LIVES_MS / 60_000} minutes`;
    output.line(output.paint('dim', `${minutes}${context.terminal.isThere ? '; Enter shows another.' : '.'}`));
  });
  const stopAsking = context.terminal.onEnter(() =>
    output.line(`Another code: ${output.paint('bold', server.showCode())}`),
  );
  await untilInterrupted(context.interrupted);
  stopAsking();
  await server.close();
  await sender.close();
  return EXIT.done;
}

export async function pairings(context: Context): Promise<ExitCode> {
  const all = new PairingFile(await openHome(context)).all();
  const { output } = context;
  const now = Date.now();
  output.result({ pairings: all.map(({ id, origin, pairedAt }) => ({ id, origin, pairedAt })) }, () => {
    if (all.length === 0) return output.line('No page is paired with the agent: `waypost agent` shows a code for one.');
    output.table(
      ['ID', 'PAGE', 'PAIRED'],
      all.map(({ id, origin, pairedAt }) => [shortId(id), origin, relativeTime(pairedAt, now)]),
    );
  });
  return EXIT.done;
}

/** A running agent knows it with its next request. */
export async function unpair(context: Context, idText: string): Promise<ExitCode> {
  const file = new PairingFile(await openHome(context));
  const ended = idText === 'all' ? file.all() : [matching(file.all(), idText, 'pairing')];
  for (const { id } of ended) await file.remove(id);
  const { output } = context;
  output.result({ unpaired: ended.map(({ id, origin }) => ({ id, origin })) }, () => {
    if (ended.length === 0) output.line('No page was paired.');
    for (const { origin } of ended) output.line(`${origin} can no longer send from this machine.`);
  });
  return EXIT.done;
}

function sentenceOf(event: AgentEvent): string {
  switch (event.kind) {
    case 'paired':
      return `Paired with ${event.origin}: its pages in that browser now send from this machine. \`waypost agent pairings\` lists them.`;
    case 'wrong-code':
      return `${event.origin} gave a wrong code. If that was not you, a page there tries its luck; leave it.`;
    case 'unpaired':
      return `${event.origin} ended its pairing.`;
  }
}

async function listening(server: AgentServer, port: number): Promise<number> {
  try {
    return await server.listen(port);
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    const why = isTaken ? 'is in use; perhaps an agent runs already' : `cannot be used (${String(error)})`;
    throw new CommandError('port', `Port ${port} ${why}. Choose another with --port, and name it in the app.`);
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw usageError(`--port takes a number from 0 to 65535, not "${text}".`);
  return port;
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw usageError(`--origin takes the address of the app, such as https://waypost.example, not "${text}".`);
  }
  return url.origin;
}

async function untilInterrupted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
