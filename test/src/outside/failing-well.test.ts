import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Home } from './home.ts';
import { ServerProcess } from './server-process.ts';
import { collectionOf, Stage } from './stage.ts';

const stage = new Stage();
let server: ServerProcess;
let a: Home;

beforeAll(async () => {
  server = await stage.server();
  a = stage.home();
  await a.signUp(server.url, 'anna@example.org', 'Desk');
});
afterAll(async () => {
  await stage.clear();
});

/** One sentence, no stack trace. */
function expectSentence(text: string): void {
  expect(text.trim()).not.toBe('');
  expect(text).not.toMatch(/\n\s+at /);
  expect(text).not.toMatch(/Error:|undefined|\[object/);
}

describe('a file that is no good', () => {
  it('is refused with a sentence that says where, and nothing of it is kept', async () => {
    const half = collectionOf(30).slice(0, 5_000);
    const ran = await a.run(['import', stage.file('half.json', half), '--json']);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({
      error: { code: expect.any(String) as unknown, message: expect.any(String) as unknown, retry: false },
    });
    expectSentence(ran.error);
    expect((await a.json('ls')).elements).toEqual([]);
    for (const content of ['', '[]', '42', '{"openapi":"3.0.0"}', 'not JSON']) {
      const refused = await a.run(['import', stage.file('odd.json', content)]);
      expect(refused.code, content).toBe(1);
      expectSentence(refused.error);
    }
    expect((await a.run(['import', join(stage.folder, 'missing.json')])).code).toBe(1);
  });
});

describe('wrong usage', () => {
  it('ends with 2 and a sentence', async () => {
    for (const args of [['nonsense'], ['create'], ['set'], ['ls', '--frobnicate'], ['login'], ['resolve', 'x']]) {
      const ran = await a.run(args);
      expect(ran.code, args.join(' ')).toBe(2);
      expectSentence(ran.error);
    }
  });

  it('of an id that is nowhere ends with 1', async () => {
    const missing = '00000000-0000-4000-8000-000000000000';
    for (const args of [
      ['get', missing],
      ['set', missing, 'name=x'],
      ['rm', missing],
      ['export', missing],
      ['history', missing],
    ]) {
      const ran = await a.run([...args, '--json']);
      expect(ran.code, args.join(' ')).toBe(1);
      expect(JSON.parse(ran.out)).toMatchObject({ error: { code: expect.any(String) as unknown } });
      expectSentence(ran.error);
    }
  });
});

describe('the server', () => {
  it('does not start on a port in use, and says so', async () => {
    const other = ServerProcess.start(join(stage.folder, 'other'), '--port', String(server.port));
    const error = await other.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 1 });
    expectSentence((error as { said: string }).said);
    expect((error as { said: string }).said).toMatch(/port/i);
  });

  it('does not start on a folder that another server uses, nor where it cannot write', async () => {
    const shared = await ServerProcess.start(server.folder).catch((reason: unknown) => reason);
    expect(shared).toMatchObject({ code: 1 });
    expectSentence((shared as { said: string }).said);
    writeFileSync(join(stage.folder, 'a-file'), '');
    const blocked = await ServerProcess.start(join(stage.folder, 'a-file', 'data')).catch((reason: unknown) => reason);
    expect(blocked).toMatchObject({ code: 1 });
    expectSentence((blocked as { said: string }).said);
  });

  it('does not start on a database of nonsense, and leaves it as it was', async () => {
    const data = join(stage.folder, 'nonsense');
    mkdirSync(data);
    for (const name of ['waypost.sqlite', 'waypost.db'])
      writeFileSync(join(data, name), 'this is no database at all, not even one'.repeat(100));
    const error = await ServerProcess.start(data).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 1 });
    expectSentence((error as { said: string }).said);
  });

  it('closes a connection that sends garbage or too much, and others go on', async () => {
    for (const frame of [
      'garbage',
      Buffer.from([1, 2, 3]),
      'x'.repeat(2_000_000),
      '{"type":"hello"}',
      '{"type":"push"}',
    ]) {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api/sync`);
      await new Promise((resolve) => socket.once('open', resolve));
      const closed = new Promise<number>((resolve) => socket.once('close', resolve));
      socket.on('error', () => undefined);
      socket.send(frame);
      expect(await closed).toBeGreaterThanOrEqual(1002);
    }
    const made = await a.json('create', '--kind', 'collection', '--name', 'Unharmed');
    expect(made).toMatchObject({ outcome: 'applied' });
  });

  it('answers half a JSON body, and one that is too large, with a sentence', async () => {
    const half = await fetch(`http://127.0.0.1:${server.port}/api/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"email":',
    });
    expect(half.status).toBe(400);
    expect(await half.json()).toMatchObject({
      error: { code: expect.any(String) as unknown, message: expect.any(String) as unknown, retry: false },
    });
    const large = await fetch(`http://127.0.0.1:${server.port}/api/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'x'.repeat(2_000_000) }),
    });
    expect(large.status).toBe(413);
  });

  it('survives a stale process id file', async () => {
    const data = join(stage.folder, 'stale');
    mkdirSync(data);
    writeFileSync(join(data, 'server.pid'), '1\n');
    const started = await stage.serverIn(data);
    expect(await started.stop()).toBe(0);
  });
});

describe('a home on a disk that refuses', () => {
  it('says what to do and does not claim to have saved', async () => {
    const blocked = join(stage.folder, 'blocked');
    writeFileSync(blocked, '');
    const ran = await a.run(['status', '--json']);
    expect(ran.code).toBe(0);
    const broken = stage.home({ WAYPOST_HOME: join(blocked, 'home') });
    const failed = await broken.run(['create', '--kind', 'collection', '--name', 'x', '--json']);
    expect(failed.code).toBe(1);
    expectSentence(failed.error);
  });
});
