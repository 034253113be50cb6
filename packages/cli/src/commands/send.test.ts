import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalHome } from '../local-home.fixture.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface SentAnswer {
  readonly response: { readonly status: number; readonly body: string } | null;
  readonly tests: readonly { readonly name: string; readonly outcome: string }[];
  readonly unresolved: readonly string[];
  readonly notes: readonly string[];
  readonly console: readonly { readonly text: string }[];
  readonly changed: Readonly<Record<string, readonly string[]>>;
  readonly error: { readonly code: string; readonly message: string; readonly retry: boolean };
}

describe('waypost send', () => {
  let home: LocalHome;
  let server: Server;
  let url: string;
  const asked: Asked[] = [];
  let respond: (asked: Asked, response: ServerResponse) => void;

  beforeEach(async () => {
    home = new LocalHome();
    asked.length = 0;
    respond = (_asked, response) => response.end('ok');
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        asked.push({ method, path, headers, body });
        respond(asked.at(-1) as Asked, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  });
  afterEach(async () => {
    home.remove();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('sends a request as it is kept, prints its body, and says the rest beside it', async () => {
    const [id] = await imported({
      request: { method: 'POST', url: `${url}/berths?side={{side}}`, body: { mode: 'raw', raw: 'x' } },
    });
    respond = (_asked, response) => response.writeHead(201, 'Made', { 'X-A': '1' }).end('{"id":7}');
    const ran = await home.run(['send', id, '--set', 'side=north', '--include']);
    expect(ran).toMatchObject({ exit: 0, out: '{"id":7}' });
    expect(ran.error).toMatch(/^HTTP\/1\.1 201 Made\nX-A: 1\n[^]*\d+ ms, 8 bytes\n$/);
    expect(asked).toMatchObject([{ method: 'POST', path: '/berths?side=north', body: 'x' }]);
    expect(asked[0]?.headers['user-agent']).toMatch(/^Waypost\/\d/);
  });

  it('runs scripts; what they set, and cookies, stay on the device for the next time, and nothing of it is a change', async () => {
    const [id] = await imported({
      event: [
        script('prerequest', "pm.environment.set('token', 't' + (pm.environment.get('token') || ''));"),
        script(
          'test',
          "pm.test('fine', () => pm.response.to.have.status(200)); pm.globals.set('seen', 5); console.log('said');",
        ),
      ],
      request: { url, header: [{ key: 'X-Token', value: '{{token}}' }] },
    });
    const environment = await home.json('create', '--kind', 'environment', '--name', 'Here', 'values[token]=shared');
    respond = (_asked, response) => response.writeHead(200, { 'Set-Cookie': 'session=s1; Path=/' }).end();
    const before = await home.run(['status', '--json']);
    const first = await sent(id, '--environment', environment.id);
    expect(first).toMatchObject({
      tests: [{ name: 'fine', outcome: 'passed' }],
      console: [{ text: 'said' }],
      changed: { environment: ['token'], globals: ['seen'], collection: [], cookies: ['session'] },
    });
    await sent(id, '--environment', environment.id);
    expect(asked.map(({ headers }) => [headers['x-token'], headers.cookie])).toEqual([
      ['tshared', undefined],
      ['ttshared', 'session=s1'],
    ]);
    expect((await home.run(['get', environment.id])).out).toContain('"value": "shared"');
    expect(await home.run(['status', '--json'])).toEqual(before);
  });

  it('ends with 1 where a test fails, a script throws, or nothing answers, and says why', async () => {
    const [failing, throwing, nowhere] = await imported(
      { event: [script('test', "pm.test('no', () => pm.expect(1).to.equal(2));")], request: { url } },
      { event: [script('test', 'missing();')], request: { url } },
      { request: { url: 'http://127.0.0.1:1/' } },
    );
    expect(await home.run(['send', failing])).toMatchObject({
      exit: 1,
      error: expect.stringContaining('✗ no: expected 1 to equal 2') as string,
    });
    expect(await home.run(['send', throwing])).toMatchObject({
      exit: 1,
      error: expect.stringContaining('missing is not defined') as string,
    });
    const { exit, error } = await home.run(['send', nowhere]);
    expect([exit, error]).toEqual([
      1,
      expect.stringMatching(/^Nothing answers at this address \(connect ECONNREFUSED 127\.0\.0\.1:1\)\. Check/),
    ]);
    expect((await sent(nowhere)).error).toMatchObject({ code: 'connection-refused', retry: true });
  });

  it('says before sending what nothing gives a value', async () => {
    const [id] = await imported({ request: { url: `${url}/{{unknown}}` } });
    expect((await home.run(['send', id])).error).toContain('Nothing gives {{unknown}} a value');
    expect((await sent(id)).unresolved).toEqual(['unknown']);
  });

  it('sends files of the folder it is told, and no others, wherever the request points', async () => {
    home.file('plan.txt', 'north');
    const formdata = ['plan.txt', '../plan.txt', '/etc/hostname'].map((src) => ({ key: src, type: 'file', src }));
    const [id] = await imported({ request: { method: 'POST', url, body: { mode: 'formdata', formdata } } });
    const { notes } = await sent(id, '--files', home.path('.'));
    expect(asked[0]?.body).toContain(
      'name="plan.txt"; filename="plan.txt"\r\nContent-Type: text/plain\r\n\r\nnorth\r\n',
    );
    expect(asked[0]?.body).not.toContain('hostname');
    expect(notes.map((note) => /left out: ([^.:]*)/.exec(note)?.[1])).toEqual([
      'it cannot be read',
      expect.stringMatching(/^it is not in/),
    ]);
  });

  it('writes the body to a file as a whole or not at all, and shows a person JSON in lines', async () => {
    const [id] = await imported({ request: { url } });
    respond = (_asked, response) => response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"a":1.0}');
    const file = home.path('body.json');
    expect(await home.run(['send', id, '--output', file])).toMatchObject({ exit: 0, out: '' });
    expect(readFileSync(file, 'utf8')).toBe('{"a":1.0}');
    home.columns = 80;
    expect((await home.run(['send', id])).out).toBe('{\n  "a": 1.0\n}\n');
    respond = (_asked, response) => response.end('\u001B[31mred\u001B]0;title\u0007');
    expect((await home.run(['send', id])).out).not.toContain('\u001B]0');
    respond = (_asked, response) =>
      response.writeHead(200, { 'Content-Length': '100' }).write('part', () => response.destroy());
    expect((await home.run(['send', id, '--output', file])).exit).toBe(1);
    expect(readFileSync(file, 'utf8')).toBe('{"a":1.0}');
  });

  it('sends requests only', async () => {
    const folder = await home.json('create', '--kind', 'collection', '--name', 'Harbour');
    const { exit, error } = await home.run(['send', folder.id]);
    expect([exit, error]).toEqual([
      1,
      expect.stringContaining('"Harbour" is a collection, and only a request can be sent'),
    ]);
    expect((await home.run(['send', folder.id, '--set', 'x'])).exit).toBe(2);
  });

  async function sent(...args: string[]): Promise<SentAnswer> {
    return JSON.parse((await home.run(['send', ...args, '--json'])).out) as SentAnswer;
  }

  /** The ids of these requests, in one collection. */
  async function imported<Items extends readonly object[]>(...items: Items): Promise<{ [At in keyof Items]: string }> {
    const info = { name: 'C', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' };
    const item = items.map((one, at) => ({ name: `R${at}`, ...one }));
    const { root } = await home.json('import', home.file('c.json', JSON.stringify({ info, item })));
    const { elements } = await home.json('ls', root[0] ?? '');
    return elements.map(({ id }) => id) as { [At in keyof Items]: string };
  }
});

function script(listen: string, exec: string): object {
  return { listen, script: { type: 'text/javascript', exec: [exec] } };
}
