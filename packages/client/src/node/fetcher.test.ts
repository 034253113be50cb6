import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type DeviceId, WaypostError } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AccountClient, devicesOf, probeServer, signIn } from './account-client.ts';
import { FakeServer } from './fake-server.fixture.ts';
import { createFetcher, type NodeFetcher } from './fetcher.ts';

let server: FakeServer;
let address: { url: string };
let fetcher: NodeFetcher;

beforeEach(async () => {
  server = await FakeServer.start();
  address = { url: `http://127.0.0.1:${server.port}` };
  fetcher = createFetcher(address, 'token');
});
afterEach(async () => {
  fetcher.close();
  await server.stop();
});

describe('fetching', () => {
  it('names its device, and inflates what the server compressed, unless the bytes are wanted as they are', async () => {
    const zipped = gzipSync('chunk');
    server.on('GET /api/chunk', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(zipped));
    expect(Buffer.from(await fetcher.get('/api/chunk')).toString()).toBe('chunk');
    expect(Buffer.from(await fetcher.get('/api/chunk', { raw: true })).equals(zipped)).toBe(true);
    expect(server.requests[0]?.authorization).toBe('Bearer token');
  });

  it('posts JSON', async () => {
    server.on('POST /api/digests', (response, body) => response.end(body));
    expect(Buffer.from(await fetcher.post('/api/digests', { after: null })).toString()).toBe('{"after":null}');
  });

  it('refuses what inflates beyond the bound', async () => {
    server.on('GET /bomb', (response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(17 * 1024 * 1024))),
    );
    expect((await failureOf(fetcher.get('/bomb'))).code).toBe('frame-too-large');
  });

  it('throws what the server says, with what stands beside it', async () => {
    server.on('GET /api/thing', (response) =>
      response.writeHead(404).end('{"hint":1,"error":{"code":"not-found","message":"Gone.","retry":false}}'),
    );
    const { code, message, details } = await failureOf(fetcher.get('/api/thing'));
    expect({ code, message, details }).toEqual({ code: 'not-found', message: 'Gone.', details: { hint: 1 } });
  });

  it('says that a page of something else is no server of ours', async () => {
    server.on('GET /api/thing', (response) => response.writeHead(503).end('<html>'));
    expect((await failureOf(fetcher.get('/api/thing'))).code).toBe('offline');
    expect((await failureOf(fetcher.get('/nothing'))).message).toContain('no Waypost server');
  });

  it('is offline when the answer breaks off in its middle', async () => {
    server.on('GET /api/thing', (response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('half', () => response.destroy());
    });
    const failure = await failureOf(fetcher.get('/api/thing'));
    expect([failure.code, failure.message.includes('broke')]).toEqual(['offline', true]);
  });

  it('is offline, and says why', async () => {
    const closed = await FakeServer.start();
    const { port } = closed;
    await closed.stop();
    const cases: [string, string][] = [
      [`http://127.0.0.1:${port}`, 'connection refused'],
      ['http://waypost.invalid', 'The name waypost.invalid is not known'],
      [`https://127.0.0.1:${server.port}`, 'does not speak TLS'],
    ];
    for (const [url, reason] of cases) {
      const failure = await failureOf(probeServer({ url }, 5_000));
      expect([failure.code, failure.message.includes(reason), failure.message]).toEqual([
        'offline',
        true,
        failure.message,
      ]);
    }
  });

  it('waits for a silent server no longer than it is told', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const failure = await failureOf(probeServer({ url: `http://127.0.0.1:${port}` }, 50));
    expect(failure.message).toContain('did not answer within');
    silent.close();
  });

  it('refuses what is no address', () => {
    expect(() => createFetcher({ url: 'localhost:4400' }, 'token')).toThrow(WaypostError);
  });
});

describe('accounts', () => {
  const credentials = {
    email: 'ada@example.org',
    password: 'secret',
    installation: 'i',
    device: { name: 'A', kind: 'cli' },
  };

  it('sign in, and say which devices are in the way', async () => {
    const devices = [{ id: 'd', name: 'Old', kind: 'cli', lastSeenAt: 1, pending: 0 }];
    server.on('POST /api/sessions', (response, body) => {
      if (body.includes('"evict":"d"')) {
        response.writeHead(201).end(
          JSON.stringify({
            account: { id: 'a', email: 'ada@example.org', administrator: true },
            device: { id: 'b', name: 'A' },
            token: 'token',
            server: { version: '1' },
            workspaces: [],
            sealing: { publicKey: 'x', privateKey: 'y' },
          }),
        );
      } else
        response
          .writeHead(409)
          .end(JSON.stringify({ devices, error: { code: 'device-limit', message: 'Three.', retry: false } }));
    });
    const failure = await failureOf(signIn(address, credentials));
    expect([failure.code, devicesOf(failure)]).toEqual(['device-limit', devices]);
    const signedIn = await signIn(address, { ...credentials, evict: 'd' as DeviceId });
    expect([signedIn.account, signedIn.token]).toEqual([{ id: 'a', email: 'ada@example.org' }, 'token']);
  });

  it('refuse an answer of another shape', async () => {
    server.on('GET /api/devices', (response) => response.end('{"devices":7}'));
    const client = new AccountClient(address, 'token');
    expect((await failureOf(client.devices())).code).toBe('bad-message');
    client.close();
  });

  it('take an empty answer for done', async () => {
    server.on('DELETE /api/devices/d?erase=true', (response) => response.writeHead(204).end());
    const client = new AccountClient(address, 'token');
    await client.signOutDevice('d', { erase: true });
    client.close();
  });
});

async function failureOf(work: Promise<unknown>): Promise<WaypostError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof WaypostError) return error;
    throw error;
  }
  throw new Error('It did not fail.');
}
