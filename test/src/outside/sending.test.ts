import { createServer, type Server } from 'node:http';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Home } from './home.ts';
import { Stage } from './stage.ts';

const stage = new Stage();
let target: Server;
let home: Home;
const asked: string[] = [];

beforeAll(async () => {
  home = stage.home();
  target = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('Content-Type', 'application/json');
    response.end('{"berth":4}');
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise((resolve) => target.close(resolve));
  await stage.clear();
});

it('a request of a collection that was imported is sent with its scripts, by the program as it is built', async () => {
  const address = target.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const exec = ["pm.test('a berth', () => pm.expect(pm.response.json().berth).to.equal(4)); pm.globals.set('n', 1);"];
  const file = join(home.folder, 'harbour.json');
  const info = { name: 'Harbour', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' };
  const formdata = [{ key: 'side', value: 'north' }];
  const request = {
    method: 'POST',
    url: `http://127.0.0.1:${port}/berths/{{n}}`,
    body: { mode: 'formdata', formdata },
  };
  const item = [{ name: 'Reserve', event: [{ listen: 'test', script: { exec } }], request }];
  writeFileSync(file, JSON.stringify({ info, item }));
  const { root } = await home.json('import', file);
  const id = (await home.json('ls', root?.[0] ?? '')).elements?.[0]?.id ?? '';
  const first = await home.run(['send', id]);
  expect(first).toMatchObject({ code: 0, out: '{"berth":4}' });
  // Nothing of what Node thinks of the libraries in use.
  expect(first.error).toMatch(/^Nothing gives \{\{n\}\}.*\nHTTP\/1\.1 200 OK\n\d+ ms, 11 bytes\n✓ a berth\n$/);
  await home.run(['send', id]);
  expect(asked).toEqual(['POST /berths/%7B%7Bn%7D%7D', 'POST /berths/1']);
});
