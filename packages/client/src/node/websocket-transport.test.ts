import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { describeTransport, TestDevice } from '../contract/transport-contract.ts';
import { FakeServer } from './fake-server.fixture.ts';
import { createFetcher } from './fetcher.ts';
import { TEST_TLS } from './test-certificate.fixture.ts';
import { createWebSocketTransport } from './websocket-transport.ts';

describeTransport('a WebSocket', async () => {
  const server = await FakeServer.start();
  return { server, nobody: 'refused', transport: createWebSocketTransport({ url: `http://127.0.0.1:${server.port}` }) };
});

describe('a WebSocket', () => {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  it('is refused with the reason the server gives', async () => {
    const answers: [number, string, string, string][] = [
      [401, '{"error":{"code":"signed-out","message":"Sign in again.","retry":false}}', 'signed-out', 'Sign in again.'],
      [403, '{"error":{"code":"sync-off","message":"Off.","retry":false}}', 'sync-off', 'Off.'],
      [404, 'nothing here', 'not-found', 'no Waypost server'],
      [502, 'bad gateway', 'offline', '502'],
    ];
    for (const [status, body, code, detail] of answers) {
      const port = await listen((socket) => {
        socket.once('data', () =>
          socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
        );
      });
      const device = new TestDevice(createWebSocketTransport({ url: `http://127.0.0.1:${port}` }));
      const reason = await device.ends();
      expect([reason.code, reason.detail.includes(detail), reason.isBlocked]).toEqual([code, true, true]);
    }
  });

  it('gives up on a server that takes the connection and says nothing', async () => {
    const port = await listen(() => undefined);
    const device = new TestDevice(createWebSocketTransport({ url: `http://127.0.0.1:${port}`, connectTimeoutMs: 50 }));
    const reason = await device.ends();
    expect(reason.code).toBe('offline');
    expect(reason.detail).toContain('did not answer within');
    expect(reason.isBlocked).toBe(true);
  });

  it('says whether somebody was there who let no WebSocket through', async () => {
    const cutting = await listen((socket) => socket.once('data', () => socket.destroy()));
    const gone = await FakeServer.start();
    const { port } = gone;
    await gone.stop();
    const reasonAt = (at: number) => new TestDevice(createWebSocketTransport({ url: `http://127.0.0.1:${at}` })).ends();
    expect(await reasonAt(cutting)).toMatchObject({ code: 'offline', isBlocked: true });
    expect((await reasonAt(port)).isBlocked).toBeUndefined();
  });

  it('goes through a proxy that tunnels, with its name and password', async () => {
    const server = await FakeServer.start();
    ends.push(() => server.stop());
    const asked: string[] = [];
    const proxy = await tunnel(asked, server.port);
    const address = { url: 'http://waypost.invalid', proxy: `http://ada:se%20cret@127.0.0.1:${proxy}` };
    const device = new TestDevice(createWebSocketTransport(address));
    await device.greet();
    expect(asked[0]).toContain('CONNECT waypost.invalid:80 HTTP/1.1');
    expect(asked[0]).toContain(`proxy-authorization: Basic ${Buffer.from('ada:se cret').toString('base64')}`);
    device.connection.close();
  });

  it('is secured by a certificate that the person chose to trust, straight and through a proxy', async () => {
    const server = await FakeServer.start(TEST_TLS);
    ends.push(() => server.stop());
    const ca = TEST_TLS.cert;
    const asked: string[] = [];
    const proxy = `http://127.0.0.1:${await tunnel(asked, server.port)}`;
    for (const address of [
      { url: `https://127.0.0.1:${server.port}`, ca },
      { url: 'https://waypost.test', ca, proxy },
    ]) {
      const device = new TestDevice(createWebSocketTransport(address));
      await device.greet();
      device.connection.close();
      const fetcher = createFetcher(address, 'token');
      server.on('GET /api/thing', (response) => response.end('thing'));
      expect(Buffer.from(await fetcher.get('/api/thing')).toString()).toBe('thing');
      expect(Buffer.from(await fetcher.get('/api/thing')).toString()).toBe('thing');
      fetcher.close();
    }
    // One tunnel for the socket, one kept open for both requests.
    expect(asked.map((request) => request.split('\r\n')[0])).toEqual([
      'CONNECT waypost.test:443 HTTP/1.1',
      'CONNECT waypost.test:443 HTTP/1.1',
    ]);
  });

  it('is not opened to a server whose certificate nobody vouches for, or that has another name', async () => {
    const server = await FakeServer.start(TEST_TLS);
    ends.push(() => server.stop());
    const proxy = `http://127.0.0.1:${await tunnel([], server.port)}`;
    for (const address of [
      { url: `https://127.0.0.1:${server.port}` },
      { url: 'https://elsewhere.test', ca: TEST_TLS.cert, proxy },
      { url: 'https://waypost.test', proxy },
    ]) {
      const reason = await new TestDevice(createWebSocketTransport(address)).ends();
      expect([reason.code, reason.detail.includes('is not trusted'), reason.detail]).toEqual([
        'offline',
        true,
        reason.detail,
      ]);
    }
  });

  it('names the proxy when that is what fails', async () => {
    const port = await listen((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'));
    });
    const device = new TestDevice(
      createWebSocketTransport({ url: 'http://waypost.invalid', proxy: `http://127.0.0.1:${port}` }),
    );
    expect((await device.ends()).detail).toContain(
      `The proxy 127.0.0.1:${port} answered 403 to CONNECT waypost.invalid:80.`,
    );
  });

  async function listen(connected: (socket: Socket) => void): Promise<number> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      connected(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as AddressInfo).port;
  }

  async function tunnel(asked: string[], to: number): Promise<number> {
    return listen((socket) => {
      socket.once('data', (request: Buffer) => {
        asked.push(request.toString());
        const beyond = connect(to, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.pipe(beyond).pipe(socket);
        });
        beyond.on('error', () => socket.destroy());
      });
    });
  }
});
