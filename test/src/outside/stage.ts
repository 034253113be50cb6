/** A server, a few homes, and files to import, for one test file. Everything is removed afterwards. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Home } from './home.ts';
import { ServerProcess } from './server-process.ts';

export class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), 'waypost-test-'));
  readonly #servers: ServerProcess[] = [];
  #homes = 0;

  async server(...flags: readonly string[]): Promise<ServerProcess> {
    return this.serverIn(join(this.folder, 'data'), ...flags);
  }

  async serverIn(data: string, ...flags: readonly string[]): Promise<ServerProcess> {
    const server = await ServerProcess.start(data, ...flags);
    this.#servers.push(server);
    return server;
  }

  /** The same data and port again, as after a reboot. */
  async again(server: ServerProcess): Promise<ServerProcess> {
    return this.serverIn(server.folder, '--port', String(server.port));
  }

  home(environment: Readonly<Record<string, string>> = {}): Home {
    this.#homes += 1;
    return new Home(join(this.folder, `home-${this.#homes}`), environment);
  }

  file(name: string, content: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  async clear(): Promise<void> {
    for (const server of this.#servers) await server.kill();
    rmSync(this.folder, { recursive: true, force: true });
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
