/** A server, a few homes, and files to import, for one test file. Everything is removed afterwards. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installedPrograms, type PostgresServer, startPostgres } from '@waypost/server/postgres-for-tests';
import { BlockingProxy } from './blocking-proxy.ts';
import { type Conditions, conditions, isBlocking } from './conditions.ts';
import { Home } from './home.ts';
import { administer, ServerProcess } from './server-process.ts';

export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'waypost-test-'));
  readonly #conditions: Conditions;
  readonly #servers: ServerProcess[] = [];
  /** By the port of the server behind. */
  readonly #proxies = new Map<number, BlockingProxy>();
  #postgres: PostgresServer | null = null;
  /** Addresses of databases, by the data folder of their server. */
  readonly #databases = new Map<string, string>();
  #homes = 0;

  /** What a test fixes is not changed by command. */
  constructor(fixed: Partial<Conditions> = {}) {
    this.#conditions = { ...conditions(), ...fixed };
  }

  async server(...flags: readonly string[]): Promise<ServerProcess> {
    return this.serverIn(join(this.folder, 'data'), ...flags);
  }

  async serverIn(data: string, ...flags: readonly string[]): Promise<ServerProcess> {
    const server = await ServerProcess.start(data, ...(await this.#databaseFlags(data)), ...flags);
    this.#servers.push(server);
    server.url = (await this.#proxyTo(server.port))?.url ?? server.url;
    return server;
  }

  /** The same data and port again, as after a reboot. */
  async again(server: ServerProcess): Promise<ServerProcess> {
    return this.serverIn(server.folder, '--port', String(server.port));
  }

  /** What an operator asks on the command line of the server's machine. */
  async administer({ folder }: ServerProcess, ...words: readonly string[]): Promise<unknown> {
    return administer([...words, '--data', folder, ...(await this.#databaseFlags(folder))]);
  }

  /** Copies everything of a server that does not run; answers how to put the copy in its place. */
  async backup({ folder }: ServerProcess): Promise<() => Promise<void>> {
    const copy = `${folder}-backup`;
    cpSync(folder, copy, { recursive: true });
    const url = this.#databases.get(folder);
    const database = url === undefined ? undefined : await this.#postgres?.copyDatabase(url);
    return async () => {
      rmSync(folder, { recursive: true, force: true });
      cpSync(copy, folder, { recursive: true });
      if (database !== undefined) this.#databases.set(folder, database);
    };
  }

  home(environment: Readonly<Record<string, string>> = {}): Home {
    this.#homes += 1;
    const { transport } = this.#conditions;
    const flags = transport === 'auto' || isBlocking(transport) ? [] : ['--transport', transport];
    return new Home(join(this.folder, `home-${this.#homes}`), environment, flags);
  }

  file(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  async clear(): Promise<void> {
    for (const server of this.#servers) await server.kill();
    for (const proxy of this.#proxies.values()) await proxy.stop();
    await this.#postgres?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #databaseFlags(data: string): Promise<readonly string[]> {
    if (this.#conditions.store === 'sqlite') return [];
    this.#postgres ??= await startPostgres(installedPrograms()[0]?.folder ?? '');
    const url = this.#databases.get(data) ?? (await this.#postgres.createDatabase());
    this.#databases.set(data, url);
    return ['--database', url];
  }

  async #proxyTo(port: number): Promise<BlockingProxy | null> {
    const { transport } = this.#conditions;
    if (!isBlocking(transport)) return null;
    const proxy = this.#proxies.get(port) ?? (await BlockingProxy.start(transport, port));
    this.#proxies.set(port, proxy);
    return proxy;
  }
}

/** A collection such as people have, with as many requests as wanted, folders of ten, an example each. */
export function collectionOf(requests: number, name = 'Harbour API'): string {
  const folders = Array.from({ length: Math.ceil(requests / 10) }, (_, folder) => ({
    name: `Quay ${folder + 1}`,
    item: Array.from({ length: Math.min(10, requests - folder * 10) }, (_, at) => requestItem(folder * 10 + at)),
  }));
  const info = { name, schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' };
  return JSON.stringify({ info, item: folders, variable: [{ key: 'base', value: 'http://127.0.0.1:9' }] }, null, '\t');
}

function requestItem(number: number): object {
  return {
    name: `Berth ${number}`,
    event: [{ listen: 'test', script: { type: 'text/javascript', exec: ['// one', '// two', '// three', '// four'] } }],
    request: {
      method: 'GET',
      header: [
        { key: 'Accept', value: 'application/json' },
        { key: 'X-Berth', value: String(number) },
      ],
      url: {
        raw: `{{base}}/berths/${number}?side=port&tide=high`,
        host: ['{{base}}'],
        path: ['berths', String(number)],
        query: [
          { key: 'side', value: 'port' },
          { key: 'tide', value: 'high' },
        ],
      },
      description: 'Who lies where.',
    },
    response: [{ name: 'Found', code: 200, body: '{"ship": "Ora"}', header: [] }],
  };
}
