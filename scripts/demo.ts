/**
 * `npm run demo`: one server and two devices in a folder of their own, step by step in the terminal, in half a minute.
 * Everything is removed at the end; `npm run demo -- --keep` leaves it, and says how to go on by hand.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters, styleText } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const keep = process.argv.includes('--keep');
const EMAIL = 'anna@example.org';
const PASSWORD = 'a demo has no secrets';

const folder = mkdtempSync(join(tmpdir(), 'waypost-demo-'));
const collection = join(folder, 'harbour.postman_collection.json');

class Device {
  readonly #name: string;
  readonly home: string;
  readonly #colour: 'cyan' | 'magenta';

  constructor(name: string, colour: 'cyan' | 'magenta') {
    this.#name = name;
    this.home = join(folder, name.toLowerCase());
    this.#colour = colour;
  }

  /** Runs a command as a person would type it, and shows it with what it says. */
  async types(...args: readonly string[]): Promise<string> {
    say(`${this.#label()} waypost ${args.map(quoted).join(' ')}`);
    const said = await this.run(args);
    for (const line of said.trimEnd().split('\n')) say(`       ${line}`);
    return said;
  }

  run(args: readonly string[], input = ''): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        process.execPath,
        [bin('cli', 'waypost'), ...args],
        { env: this.#environment() },
        (error, out, complaint) => {
          // 3 is what the demo wants to show: the change is saved, and in conflict with another.
          if (error !== null && error.code !== 3) reject(new Error(`waypost ${args[0]} failed: ${complaint}${out}`));
          else resolve(out);
        },
      );
      child.stdin?.end(input);
    });
  }

  /** Follows what happens, until a line that names it; then ends. */
  async watches(): Promise<{ until(word: string): Promise<void> }> {
    say(`${this.#label()} waypost sync --watch`);
    const child = spawn(process.execPath, [bin('cli', 'waypost'), 'sync', '--watch'], {
      env: this.#environment(),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    const heard: string[] = [];
    const until = async (word: string): Promise<void> => {
      while (!heard.some((line) => line.includes(word))) await once(lines, 'line');
    };
    lines.on('line', (line) => {
      heard.push(line);
      say(`       ${styleText(this.#colour, '│')} ${line}`);
    });
    await until('Synced');
    return {
      async until(word) {
        await until(word);
        child.kill('SIGTERM');
        await once(child, 'exit');
      },
    };
  }

  async json(...args: readonly string[]): Promise<Answer> {
    return JSON.parse(await this.run([...args, '--json'])) as Answer;
  }

  #label(): string {
    return `${styleText(this.#colour, this.#name.padEnd(6))} ${styleText('dim', '$')}`;
  }

  #environment(): NodeJS.ProcessEnv {
    return { ...process.env, WAYPOST_HOME: this.home };
  }
}

interface Answer {
  readonly root: readonly string[];
  readonly elements: readonly { readonly id: string; readonly name: string }[];
}

const desk = new Device('Desk', 'cyan');
const lap = new Device('Lap', 'magenta');

let server: ChildProcess | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    server?.kill();
    cleanUp();
    process.exit(1);
  });
}
try {
  await demo();
} finally {
  if (server !== undefined && server.exitCode === null) {
    server.kill();
    await once(server, 'exit');
  }
  cleanUp();
}

async function demo(): Promise<void> {
  writeFileSync(collection, harbour());
  const started = await startServer();
  server = started.child;
  const { url } = started;

  title('A server of your own, and an account on the first device');
  note(`The server runs at ${url} with everything it knows in one folder. Your first account needs no mail server.`);
  const credentials = ['--server', url, '--email', EMAIL, '--password-stdin'];
  await signIn(desk, 'signup', credentials, 'Desk');
  const imported = await desk.json('import', collection);
  note(`Anna imports a collection of her own from ${collection.split('/').at(-1)}:`);
  await desk.types('ls');

  title('A second device has the same, started from nothing');
  await signIn(lap, 'login', credentials, 'Lap');
  await lap.types('ls');

  title('What one device saves, the other sees within a blink');
  const berths = await requestNamed(desk, imported.root[0] ?? '', 'List berths');
  const watching = await lap.watches();
  await desk.types('set', berths, 'request.description=Who lies where.');
  await watching.until('changed');

  title('Edits of different fields, made offline on both: both stand');
  await desk.types('set', berths, 'name=List free berths', '--offline');
  await lap.types('set', berths, 'request.header[Accept]=application/json', '--offline');
  await desk.types('sync');
  await lap.types('sync');
  note('Nobody was asked anything, and the request has both edits, on both devices:');
  await desk.run(['sync']);
  const fromBoth = [await desk.run(['export', berths]), await lap.run(['export', berths])];
  note(
    `exports are ${fromBoth[0] === fromBoth[1] ? styleText('green', 'equal to the byte') : styleText('red', 'NOT equal')}.`,
  );

  title('Edits of the same field: a person decides, when it suits them');
  await desk.types('set', berths, 'request.url.raw={{base}}/v2/berths', '--offline');
  await lap.types('set', berths, 'request.url.raw={{base}}/berths/free', '--offline');
  await desk.types('sync');
  note('Desk came first, and its URL stands. Lap comes second; its own version is set aside, not lost:');
  await lap.types('sync');
  await lap.types('conflicts');
  if (keep) {
    note('The conflict is left open for you.');
  } else {
    note('Anna decides on Lap that hers stands. The other version stays in the history:');
    await lap.types('resolve', berths, '--overwrite');
    await lap.types('history', berths);
  }

  title('Where to look');
  await lap.types('status');
  say('');
  if (keep) goOn(url);
  else
    note(
      'That was all of it; the folder is removed. `npm run demo -- --keep` leaves it for you to go on.\nThe guide to the command line is docs/user/command-line.md; `npm start` starts a server to keep.',
    );
}

async function signIn(
  device: Device,
  how: 'signup' | 'login',
  credentials: readonly string[],
  name: string,
): Promise<void> {
  const args = [how, ...credentials, '--device', name];
  say(styleText('dim', `waypost ${args.join(' ')}`));
  say(`       ${(await device.run(args, `${PASSWORD}\n`)).trimEnd().replaceAll('\n', '\n       ')}`);
}

async function requestNamed(device: Device, parent: string, name: string): Promise<string> {
  const { elements } = await device.json('ls', parent, '--recursive');
  const id = elements.find((element) => element.name === name)?.id;
  if (id === undefined) throw new Error(`The collection has no request "${name}".`);
  return id.slice(0, 8);
}

async function startServer(): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(
    process.execPath,
    [bin('server', 'waypost-server'), '--port', '0', '--data', join(folder, 'server')],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const address = /^Waypost is ready at (\S+)$/m.exec(text)?.[1];
      if (address !== undefined) resolve(address);
    });
    child.once('exit', () => reject(new Error(`The server did not start: ${said}`)));
  });
  return { child, url };
}

function goOn(url: string): void {
  note(`Everything is in ${folder}. To go on, start the server again in one terminal,`);
  say(`  npm start -- --data ${join(folder, 'server')} --port ${new URL(url).port}`);
  note(`and be either device in another (the account is ${EMAIL}, its password "${PASSWORD}"):`);
  for (const { home } of [desk, lap]) say(`  WAYPOST_HOME=${home} npx waypost status`);
  say(`  WAYPOST_HOME=${lap.home} npx waypost conflicts`);
}

function bin(name: string, file: string): string {
  return join(root, 'packages', name, 'bin', `${file}.js`);
}

function cleanUp(): void {
  if (!keep) rmSync(folder, { recursive: true, force: true });
}

function title(text: string): void {
  say(`\n${styleText('bold', text)}\n${'─'.repeat(stripVTControlCharacters(text).length)}`);
}

function note(text: string): void {
  say(styleText('dim', text));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word}'`;
}

function harbour(): string {
  const request = (name: string, method: string, path: string): object => ({
    name,
    request: { method, header: [], url: { raw: `{{base}}/${path}`, host: ['{{base}}'], path: path.split('/') } },
    response: [],
  });
  return JSON.stringify({
    info: { name: 'Harbour', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    item: [
      {
        name: 'Berths',
        item: [request('List berths', 'GET', 'berths'), request('Reserve a berth', 'POST', 'berths/reservations')],
      },
      { name: 'Ships', item: [request('Who is in port', 'GET', 'ships')] },
    ],
    variable: [{ key: 'base', value: 'http://127.0.0.1:9' }],
  });
}
