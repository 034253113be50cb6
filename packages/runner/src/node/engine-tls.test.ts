import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { createServer, connect, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { SendOrder } from '../exchange.ts';
import { TEST_CERTIFICATE } from '../testing/certificates.ts';
import { plainOrder } from '../testing/orders.ts';
import { answered, Recorder } from '../testing/recorder.ts';
import { told } from '../testing/told.ts';
import { AddressGuard } from './address-guard.ts';
import { createEngine } from './engine.ts';
import { guardedAgents } from './guarded-agents.ts';

const { key, certificate, pfx } = TEST_CERTIFICATE;
const closing: (() => Promise<unknown>)[] = [];
const engine = createEngine();

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe('a server with a certificate', () => {
  it('is not trusted unless its authority is, or verification is off', async () => {
    const server = await securely();
    const untrusted = await told(engine, to(server));
    expect(untrusted.failure).toMatchObject({ code: 'tls-untrusted' });
    expect(server.received).toEqual([]);
    const off = await told(engine, to(server, { behaviour: { strictSSL: false } }));
    expect(off.head?.tls).toMatchObject({ untrusted: 'DEPTH_ZERO_SELF_SIGNED_CERT', subject: 'waypost runner test' });
    const trusted = await told(engine, to(server, { authorities: certificate }));
    expect(trusted.head?.tls).toMatchObject({ untrusted: null, protocol: 'TLSv1.3' });
    expect(trusted.end?.timings.tlsMs).toBeGreaterThan(0);
  });

  it('is spoken to in no version of TLS that was turned off', async () => {
    const server = await securely({ maxVersion: 'TLSv1.2' });
    const behaviour = { strictSSL: false, tlsDisabledProtocols: ['TLSv1_2'] };
    expect((await told(engine, to(server, { behaviour }))).failure).toMatchObject({ code: 'tls-failed' });
  });

  it('does not speak TLS after all: that is said', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    await listening(server);
    closing.push(async () => server.close());
    const url = `https://127.0.0.1:${portOf(server)}`;
    const { failure } = await told(engine, plainOrder({ request: { method: 'GET', url, header: [], body: null } }));
    expect(failure).toMatchObject({ code: 'tls-failed' });
  });
});

describe('a server that asks for a certificate of the client', () => {
  const asking = { requestCert: true, rejectUnauthorized: true, ca: certificate };

  it('gets it, from PEM or from PFX', async () => {
    const server = await securely(asking);
    const behaviour = { strictSSL: false };
    const without = await told(engine, to(server, { behaviour }));
    expect(without.failure).toMatchObject({ code: 'certificate-wanted' });
    const pem = { kind: 'pem', certificate, key, passphrase: null } as const;
    expect((await told(engine, to(server, { behaviour, certificate: pem }))).head?.status).toBe(200);
    const both = { kind: 'pfx', pfx, passphrase: 'waypost' } as const;
    expect((await told(engine, to(server, { behaviour, certificate: both }))).head?.status).toBe(200);
  });

  it('gets it on a connection of one exchange, too, and the next one without it does not', async () => {
    const server = await securely(asking);
    const guard = new AddressGuard(['127.0.0.1']);
    const alone = createEngine({ agents: ({ authorities }) => guardedAgents(guard, authorities) });
    const pem = { kind: 'pem', certificate, key, passphrase: null } as const;
    const behaviour = { strictSSL: false };
    expect((await told(alone, to(server, { behaviour, certificate: pem }))).head?.status).toBe(200);
    expect((await told(alone, to(server, { behaviour }))).failure).not.toBeNull();
    expect((await told(alone, to(server))).failure).toMatchObject({ code: 'tls-untrusted' });
    expect((await told(alone, to(server, { certificate: pem, authorities: certificate }))).head?.status).toBe(200);
  });

  it('gets nothing where the passphrase is wrong, and that is said', async () => {
    const server = await securely(asking);
    const wrong = { kind: 'pfx', pfx, passphrase: 'wrong' } as const;
    const { failure } = await told(engine, to(server, { behaviour: { strictSSL: false }, certificate: wrong }));
    expect(failure).toMatchObject({ code: 'client-certificate' });
  });
});

describe('HTTP/2', () => {
  it('is spoken where it is asked for, and found out where it is left open', async () => {
    const port = await speakingHttp2();
    for (const protocolVersion of ['http2', 'auto'] as const) {
      const url = `https://127.0.0.1:${port}/berths`;
      const at = plainOrder({
        request: { method: 'POST', url, header: [], body: { mode: 'raw', raw: 'x' } },
        behaviour: { strictSSL: false, protocolVersion },
      });
      const result = await told(engine, at);
      expect(result).toMatchObject({ body: 'POST /berths x', head: { status: 200, httpVersion: '2.0' } });
    }
  });
});

describe('a proxy', () => {
  it('carries plain requests whole, and HTTPS through a tunnel', async () => {
    const proxied = await Recorder.start(() => answered('200 OK', {}, 'by the proxy'));
    closing.push(async () => proxied.close());
    const proxy = { kind: 'given', url: proxied.url.replace('//', '//anna:pa%20ss@'), tunnel: false } as const;
    const plain = plainOrder({ proxy, request: { method: 'GET', url: 'http://no.invalid/x', header: [], body: null } });
    expect((await told(engine, plain)).body).toBe('by the proxy');
    expect(proxied.received[0]).toMatchObject({ target: 'http://no.invalid/x' });
    expect(proxied.received[0]?.headers).toContainEqual(['Proxy-Authorization', `Basic ${btoa('anna:pa ss')}`]);

    const server = await securely();
    const tunnels = await tunnelling();
    const tunnel = { kind: 'given', url: `http://127.0.0.1:${tunnels.port}`, tunnel: false } as const;
    const { head } = await told(engine, to(server, { proxy: tunnel, behaviour: { strictSSL: false } }));
    expect(head?.status).toBe(200);
    expect(tunnels.asked).toEqual([`CONNECT 127.0.0.1:${server.port} HTTP/1.1`]);
  });

  it('that refuses is named as what failed', async () => {
    const refusing = await Recorder.start(() => answered('403 No'));
    closing.push(async () => refusing.close());
    const proxy = { kind: 'given', url: refusing.url, tunnel: true } as const;
    const at = plainOrder({ proxy, request: { method: 'GET', url: 'https://127.0.0.1:1/', header: [], body: null } });
    expect((await told(engine, at)).failure).toMatchObject({ code: 'proxy-failed' });
  });
});

async function securely(options: object = {}): Promise<Recorder> {
  const server = await Recorder.start(undefined, { key, cert: certificate, ...options });
  closing.push(async () => server.close());
  return server;
}

function to(server: Recorder, special: Partial<SendOrder> = {}): SendOrder {
  return plainOrder({ ...special, request: { method: 'GET', url: server.url, header: [], body: null } });
}

async function speakingHttp2(): Promise<number> {
  const server: Http2SecureServer = createSecureServer({ key, cert: certificate });
  server.on('stream', (stream, headers) => {
    const { ':method': method, ':path': path } = headers;
    let body = '';
    stream.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    stream.on('end', () => {
      stream.respond({ ':status': 200 });
      stream.end(`${method} ${path} ${body}`);
    });
  });
  const sessions: { destroy(): void }[] = [];
  server.on('session', (session) => sessions.push(session));
  await listening(server);
  closing.push(async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return portOf(server);
}

async function tunnelling(): Promise<{ readonly port: number; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (head) => {
      const [line = ''] = head.toString().split('\r\n');
      asked.push(line);
      const onward = connect(Number(/:(\d+) /.exec(line)?.[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => socket.destroy());
      closing.push(async () => socket.destroy());
    });
  });
  await listening(server);
  closing.push(async () => server.close());
  return { port: portOf(server), asked };
}

async function listening(server: Server | Http2SecureServer): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: Server | Http2SecureServer): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Nothing listens.');
  return address.port;
}
