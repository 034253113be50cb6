import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { FRAME_BYTES_MAX, HELLO_BYTES_MAX, type ServerMessage } from '@waypost/protocol';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Device,
  deviceOf,
  hello,
  Line,
  listIn,
  memberOf,
  request,
  signIn,
  signUp,
  talk,
} from '../testing/device.ts';
import { type ServerProcess, Servers } from '../testing/server-process.ts';

const servers = new Servers();
let server: ServerProcess;
let url: string;
let one: Device;
let two: Device;

beforeAll(async () => {
  ({ server, url } = await servers.start());
  one = deviceOf(await signUp(url, { email: 'ann@example.com' }));
  two = deviceOf(await signIn(url, { email: 'ann@example.com' }));
});
afterAll(() => servers.cleanUp());

const position = (workspace: string) => ({ workspace, epoch: null, life: null, cursor: 0, stream: null, have: 0 });
const create = (id: string, name: string, padding = '') => ({
  op: 'create',
  id,
  kind: 'collection',
  schema: 1,
  parent: null,
  order: 'a0',
  data: JSON.stringify({ info: { name, description: padding } }),
  rows: {},
  origin: null,
});

/** A device that follows the workspace and has everything. */
async function follow({ token, workspace }: Device, through = url) {
  const line = new Line(through);
  await line.open();
  line.say(hello(token, [position(workspace)] as never));
  await line.hear('welcome');
  const reset = await line.hear('reset');
  await line.hear('delta');
  return { line, epoch: reset.epoch };
}

function push(device: Device, epoch: string, change: { stream?: string; n?: number; writes: readonly unknown[] }) {
  const { stream = randomUUID(), n = 1, writes } = change;
  return { type: 'push', workspace: device.workspace, epoch, stream, changes: [{ n, writes }] };
}

describe('a WebSocket', () => {
  it('takes what one device saves to the others', async () => {
    const [mine, theirs] = [await follow(one), await follow(two)];
    const [id, stream] = [randomUUID(), randomUUID()];
    mine.line.say(push(one, mine.epoch, { stream, writes: [create(id, 'Payments')] }));
    expect(await mine.line.hear('received')).toMatchObject({ workspace: one.workspace, stream, upTo: 1 });
    const settled = await mine.line.hear('delta');
    expect([settled.own.settled?.upTo, settled.elements.map((element) => element.id)]).toEqual([1, [id]]);
    const seen = await theirs.line.hear('delta');
    expect([seen.own.settled, seen.elements.map((element) => element.id)]).toEqual([null, [id]]);
    expect(seen.sum).toEqual(settled.sum);
    mine.line.socket.close();
    theirs.line.socket.close();
  });

  it('knows of what waits on a device only as long as it waits there', async () => {
    const line = new Line(url);
    await line.open();
    line.say(hello(one.token, [position(one.workspace)] as never, 2));
    const { epoch } = await line.hear('reset');
    const waiting = async (): Promise<unknown> => {
      const { body } = await request(`${url}/api/devices`, 'GET', { token: two.token });
      return memberOf(
        listIn(body, 'devices').find((device) => memberOf(device, 'id') === one.id),
        'pending',
      );
    };
    await vi.waitFor(async () => expect(await waiting()).toBe(2), 5_000);
    const stream = randomUUID();
    for (const n of [1, 2]) line.say(push(one, epoch, { stream, n, writes: [create(randomUUID(), `Late ${n}`)] }));
    await line.hear('received');
    await vi.waitFor(async () => expect(await waiting()).toBe(0), 5_000);
    line.socket.close();
  });

  it('refuses names that one of the databases could not hold, and keeps the same sign inside JSON', async () => {
    const { line, epoch } = await follow(one);
    const [refused, kept, stream] = [randomUUID(), randomUUID(), randomUUID()];
    const writes = [{ ...create(refused, 'Zero'), kind: 'collection\u0000' }];
    line.say(push(one, epoch, { stream, writes }));
    expect((await line.hear('delta')).own.settled?.outcomes).toEqual([
      { n: 1, outcome: { kind: 'rejected', code: 'invalid' } },
    ]);
    const element = create(kept, 'Zero \u0000');
    line.say(push(one, epoch, { stream, n: 2, writes: [element] }));
    expect((await line.hear('delta')).elements).toMatchObject([{ id: kept, data: element.data }]);
    line.socket.close();
    const later = new Line(url);
    await later.open();
    later.say(hello(one.token, [{ ...position(one.workspace), epoch }] as never));
    const found = (await later.hear('delta')).elements.find(({ id }) => id === kept);
    expect(found).toHaveProperty('data', '{"info":{"name":"Zero \\u0000","description":""}}');
    later.socket.close();
  });

  it('understands compressed frames, and compresses long ones', async () => {
    const { line, epoch } = await follow(one);
    let binaries = 0;
    line.socket.on('message', (_bytes, binary) => {
      if (binary) binaries += 1;
    });
    const text = JSON.stringify(push(one, epoch, { writes: [create(randomUUID(), 'Long', 'lorem '.repeat(20_000))] }));
    line.socket.send(Buffer.concat([Buffer.of(1), gzipSync(text)]));
    expect(await line.hear('received')).toMatchObject({ upTo: 1 });
    expect((await line.hear('delta')).elements.length).toBe(1);
    expect(binaries).toBe(1);
    line.socket.close();
  });

  it('answers many pushes that are sent together, in order', async () => {
    const { line, epoch } = await follow(one);
    const stream = randomUUID();
    for (let n = 1; n <= 100; n += 1)
      line.say(push(one, epoch, { stream, n, writes: [create(randomUUID(), `c${n}`)] }));
    const numbers: number[] = [];
    while (numbers.at(-1) !== 100) numbers.push((await line.hear('received')).upTo);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    line.socket.close();
  });

  it('ignores a type of message that it does not know', async () => {
    const line = await talk(url, one.token);
    line.say({ type: 'from-the-future', much: 'of it' });
    line.say({ type: 'ping' });
    await line.hear('pong');
    line.socket.close();
  });

  it('is closed on what it cannot read, with the reason, and nobody else notices', async () => {
    const other = await talk(url, two.token);
    const cases: [string, (line: Line) => void, number, string][] = [
      ['garbage', (line) => line.socket.send('garbage'), 1008, 'bad-message'],
      ['half JSON', (line) => line.socket.send('{"type":"pi'), 1008, 'bad-message'],
      ['an invalid message', (line) => line.say({ type: 'push', changes: [] }), 1008, 'bad-message'],
      ['an unknown tag', (line) => line.socket.send(Buffer.of(7, 7, 7)), 1008, 'bad-message'],
      ['damaged gzip', (line) => line.socket.send(Buffer.of(1, 7, 7)), 1008, 'bad-message'],
      ['no UTF-8', (line) => line.socket.send(Buffer.of(1, ...gzipSync(Buffer.of(0xff)))), 1008, 'bad-message'],
      ['a second hello', (line) => line.say(hello(one.token)), 1008, 'bad-message'],
    ];
    for (const [what, send, code, error] of cases) {
      const line = await talk(url, one.token);
      send(line);
      expect([what, (await line.hear('error')).code]).toEqual([what, error]);
      expect([what, (await line.closed).code]).toEqual([what, code]);
    }
    other.say({ type: 'ping' });
    await other.hear('pong');
    other.socket.close();
  });

  it('is closed on a frame that is too large, or that inflates too far', async () => {
    const line = await talk(url, one.token);
    line.socket.send('x'.repeat(FRAME_BYTES_MAX + 1));
    expect((await line.closed).code).toBe(1009);
    const bomb = await talk(url, one.token);
    bomb.socket.send(Buffer.concat([Buffer.of(1), gzipSync(Buffer.alloc(17 * 1024 * 1024))]));
    expect((await bomb.hear('error')).code).toBe('frame-too-large');
    expect((await bomb.closed).code).toBe(1009);
  });

  it('begins with hello, and a small one', async () => {
    const impatient = new Line(url);
    await impatient.open();
    impatient.say({ type: 'ping' });
    expect((await impatient.hear('error')).message).toContain('hello');
    const large = new Line(url);
    await large.open();
    large.say({ ...hello(one.token), padding: 'x'.repeat(HELLO_BYTES_MAX) });
    expect((await large.hear('error')).code).toBe('frame-too-large');
    const endless = new Line(url);
    await endless.open();
    endless.socket.send('x'.repeat(8 * HELLO_BYTES_MAX), { fin: false });
    expect((await endless.hear('error')).code).toBe('frame-too-large');
    expect((await endless.closed).code).toBe(1009);
  });

  it('is for devices that are signed in and speak the same protocol', async () => {
    const stranger = new Line(url);
    await stranger.open();
    stranger.say(hello('x'.repeat(43)));
    expect(await stranger.hear('signed-out')).toEqual({ type: 'signed-out', erase: false });
    expect((await stranger.closed).code).toBe(4401);
    const newer = new Line(url);
    await newer.open();
    newer.say({ ...hello(one.token), protocol: { min: 99, max: 99 } });
    expect((await newer.hear('error')).code).toBe('protocol-too-new');
    expect((await newer.closed).code).toBe(4426);
  });

  it('is refused to pages of other sites, and elsewhere than at its address', async () => {
    await expect(new Line(url, { origin: 'https://evil.example' }).open()).rejects.toThrow('403');
    await expect(new Line(url, { headers: { host: 'evil.example' } }).open()).rejects.toThrow('403');
    await expect(new Line(`${url}/elsewhere`).open()).rejects.toThrow('404');
    const own = new Line(url, { origin: url });
    await own.open();
    own.socket.close();
  });

  it('that breaks off harms nobody', async () => {
    const line = await talk(url, one.token);
    line.socket.terminate();
    const { port } = new URL(url);
    const half = connect(Number(port), '127.0.0.1');
    half.write('GET /api/sync HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    await new Promise((resolve) => half.once('data', resolve));
    half.resetAndDestroy();
    expect((await request(`${url}/readyz`, 'GET')).status).toBe(200);
    expect(server.child.exitCode).toBe(null);
  });
});

describe('sync over plain HTTP', () => {
  const send = (device: Device, messages: unknown) =>
    request(`${url}/api/sync/send`, 'POST', { token: device.token, body: messages });
  const poll = (device: Device, positions: readonly unknown[], query = '') =>
    request(`${url}/api/sync/poll${query}`, 'POST', {
      token: device.token,
      body: hello(device.token, positions as never),
    });
  const messagesOf = (body: unknown) => body as readonly ServerMessage[];

  it('takes the same messages both ways', async () => {
    const first = messagesOf((await poll(one, [position(one.workspace)])).body);
    expect(first.map(({ type }) => type).slice(0, 2)).toEqual(['welcome', 'reset']);
    const delta = first.findLast((message) => message.type === 'delta');
    if (delta === undefined) throw new Error('there is no delta');
    const reached = { ...position(one.workspace), epoch: delta.epoch, life: delta.life, cursor: delta.to };
    const waiting = poll(one, [reached]);
    const stream = randomUUID();
    const sent = await send(two, [
      push(two, delta.epoch, { stream, writes: [create(randomUUID(), 'By post')] }),
      { type: 'ping' },
    ]);
    expect(sent.body).toEqual([{ type: 'received', workspace: two.workspace, stream, upTo: 1 }, { type: 'pong' }]);
    const news = messagesOf((await waiting).body);
    expect(news[0]?.type).toBe('welcome');
    expect(news.at(-1)).toMatchObject({ type: 'delta', to: delta.to + 1, elements: [{ kind: 'collection' }] });
  });

  it('answers at once where that is asked for', async () => {
    const { status, body } = await poll(one, [], '?wait=0');
    expect([status, messagesOf(body).map(({ type }) => type)]).toEqual([200, ['welcome']]);
  });

  it('takes compressed bodies', async () => {
    const raw = gzipSync(JSON.stringify([{ type: 'ping' }]));
    const { body } = await request(`${url}/api/sync/send`, 'POST', {
      token: one.token,
      raw,
      headers: { 'content-encoding': 'gzip' },
    });
    expect(body).toEqual([{ type: 'pong' }]);
  });

  it('refuses what it cannot read', async () => {
    expect((await send(one, { type: 'ping' })).status).toBe(400);
    expect((await send(one, [{ type: 'push' }])).body).toMatchObject({ error: { code: 'bad-message' } });
    expect((await send(one, [{ type: 'from-the-future' }])).body).toEqual([]);
    expect((await poll(one, [{ workspace: 'nonsense' }])).status).toBe(400);
  });

  it('takes a signed-out device for what it is', async () => {
    const three = deviceOf(await signIn(url, { email: 'ann@example.com' }));
    const waiting = poll(three, [position(three.workspace)]).then(() => poll(three, []));
    await request(`${url}/api/devices/${three.id}?erase=true`, 'DELETE', { token: one.token });
    const { status, body } = await waiting;
    if (status === 200) expect(messagesOf(body).at(-1)).toEqual({ type: 'signed-out', erase: true });
    else expect([status, body]).toMatchObject([401, { error: { code: 'signed-out' }, erase: true }]);
    expect((await send(three, [{ type: 'ping' }])).status).toBe(401);
  });
});
