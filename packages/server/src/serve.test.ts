import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { deviceOf, hello, Line, memberOf, request, signUp, talk } from './testing/device.ts';
import { Servers } from './testing/server-process.ts';

const servers = new Servers();
afterAll(() => servers.cleanUp());

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

describe('a server', () => {
  it('makes its data folder for its owner only, and is ready when it says so', async () => {
    const data = join(await servers.folder(), 'new', 'data');
    const server = servers.launch(['--port', '0', '--data', data]);
    const url = await server.ready;
    expect((await stat(data)).mode & 0o777).toBe(0o700);
    expect((await stat(join(data, 'waypost.db'))).mode & 0o077).toBe(0);
    expect(Number(await readFile(join(data, 'server.pid'), 'utf8'))).toBe(server.child.pid);
    expect(await request(`${url}/readyz`, 'GET')).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect(await request(`${url}/healthz`, 'GET')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('exits with 0 within five seconds of SIGTERM and SIGINT, telling its devices', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { server, url, data } = await servers.start();
      const signedUp = await signUp(url, { email: 'ann@example.com' });
      const { token } = deviceOf(signedUp);
      const line = await talk(url, token);
      const poll = request(`${url}/api/sync/poll`, 'POST', { token, body: hello(token, [], 7) });
      await until(
        async () =>
          memberOf((await request(`${url}/api/devices`, 'GET', { token })).body, 'devices', 0, 'pending') === 7,
      );
      const asked = Date.now();
      const { code } = await server.stop(signal);
      expect(code).toBe(0);
      expect(Date.now() - asked).toBeLessThan(5_000);
      expect(await line.hear('goaway')).toMatchObject({ withinMs: 5_000 });
      expect((await line.closed).code).toBe(1012);
      expect((await poll).status).toBe(200);
      expect(existsSync(join(data, 'server.pid'))).toBe(false);
    }
  });

  it('ends when whoever started it is gone', async () => {
    const { server } = await servers.start();
    server.child.disconnect();
    expect((await server.ended).code).toBe(0);
  });

  it('starts again after it was killed', async () => {
    const { server, url, data } = await servers.start();
    await signUp(url, { email: 'ann@example.com' });
    await server.stop('SIGKILL');
    expect(existsSync(join(data, 'server.pid'))).toBe(true);
    const again = servers.launch(['--port', '0', '--data', data]);
    const { status } = await signUp(await again.ready, { email: 'ann@example.com' });
    expect(status).toBe(409);
  });

  it('starts over a pid file that names another process', async () => {
    const data = await servers.folder();
    await writeFile(join(data, 'server.pid'), `${process.pid}\n`);
    const server = servers.launch(['--port', '0', '--data', data]);
    await server.ready;
    expect(Number(await readFile(join(data, 'server.pid'), 'utf8'))).toBe(server.child.pid);
  });

  it('is the only one in its data folder', async () => {
    const { server, data } = await servers.start();
    const second = await servers.launch(['--port', '0', '--data', data]).ended;
    expect(second.code).toBe(1);
    expect(second.errors).toBe(
      `The data folder ${data} is in use by another Waypost server (process ${server.child.pid}): stop that one, or name another folder with --data.\n`,
    );
    expect(await request(`${await server.ready}/readyz`, 'GET')).toMatchObject({ status: 200 });
  });

  it('says which port is in use', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const { port } = holder.address() as AddressInfo;
    const ended = await servers.launch(['--port', String(port), '--data', await servers.folder()]).ended;
    holder.close();
    expect(ended).toMatchObject({ code: 1, output: '' });
    expect(ended.errors).toBe(
      `Port ${port} on 127.0.0.1 is in use: stop the program that has it, or choose another with --port.\n`,
    );
  });

  it('says that a data folder cannot be used', async () => {
    const file = join(await servers.folder(), 'file');
    await writeFile(file, '');
    for (const data of [file, join(file, 'below')]) {
      const ended = await servers.launch(['--port', '0', '--data', data]).ended;
      expect(ended.code).toBe(1);
      expect(ended.errors).toMatch(
        /^The data folder \S+ cannot be used: (it is a file|a part of its path is a file)\. .*\n$/,
      );
    }
  });

  it('does not touch a database of a newer version', async () => {
    const { server, data } = await servers.start();
    await server.stop();
    const database = new Sqlite(join(data, 'waypost.db'));
    database.exec("INSERT INTO migrations (number, name, at) VALUES (9999, 'from the future', 0)");
    database.close();
    const ended = await servers.launch(['--port', '0', '--data', data]).ended;
    expect(ended.code).toBe(1);
    expect(ended.errors).toMatch(/^The database .*version 9999.*\n$/);
    expect(existsSync(join(data, 'server.pid'))).toBe(false);
  });

  it('says that a database is damaged', async () => {
    const data = await servers.folder();
    await writeFile(join(data, 'waypost.db'), 'this is not a database, and it is long enough to be sure'.repeat(100));
    const ended = await servers.launch(['--port', '0', '--data', data]).ended;
    expect(ended.code).toBe(1);
    expect(ended.errors).toMatch(/^The database \S+ is damaged.*\n$/);
  });

  it('exits with 2 and one sentence when it is called in a way that makes no sense', async () => {
    const ended = await servers.launch(['--port', 'many']).ended;
    expect(ended).toMatchObject({
      code: 2,
      output: '',
      errors: '--port takes a whole number from 0 to 65535, not "many".\n',
    });
  });

  it('tells its flags and its version', async () => {
    const [help, version] = await Promise.all([servers.launch(['--help']).ended, servers.launch(['--version']).ended]);
    expect(help.code).toBe(0);
    expect(help.output).toContain('--max-devices');
    expect(version.output).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('takes its settings from the environment', async () => {
    const data = await servers.folder();
    const server = servers.launch([], { WAYPOST_PORT: '0', WAYPOST_DATA: data, WAYPOST_HOST: '127.0.0.1' });
    expect((await request(`${await server.ready}/readyz`, 'GET')).status).toBe(200);
  });
});

describe('a server with sync off', () => {
  it('has no accounts, no database and no sync, and says so', async () => {
    const { url, data } = await servers.start('--sync', 'off');
    expect((await request(`${url}/readyz`, 'GET')).status).toBe(200);
    expect(await signUp(url, { email: 'ann@example.com' })).toMatchObject({
      status: 403,
      body: { error: { code: 'sync-off' } },
    });
    expect(existsSync(join(data, 'waypost.db'))).toBe(false);
    const line = new Line(url);
    await expect(line.open()).rejects.toThrow('403');
  });
});

describe('a server that others can reach', () => {
  it('gives the first account to whoever holds the token it printed', async () => {
    const data = await servers.folder();
    const server = servers.launch(['--port', '0', '--host', '0.0.0.0', '--data', data]);
    const url = (await server.ready).replace('0.0.0.0', '127.0.0.1');
    const setupToken = /^Set-up token for the first account: (\S+)$/m.exec(server.output)?.[1] ?? '';
    expect(setupToken).toMatch(/^[a-z2-9]{6}(-[a-z2-9]{6}){3}$/);
    expect(await signUp(url, { email: 'eve@example.com' })).toMatchObject({
      status: 403,
      body: { error: { code: 'sign-up-closed' } },
    });
    expect((await signUp(url, { email: 'eve@example.com', setupToken: 'aaaaaa-aaaaaa-aaaaaa-aaaaaa' })).status).toBe(
      403,
    );
    const typed = setupToken.toUpperCase().replaceAll('-', ' ');
    const first = await signUp(url, { email: 'ann@example.com', setupToken: typed });
    expect(first).toMatchObject({ status: 201, body: { account: { administrator: true } } });
    const second = await signUp(url, { email: 'bob@example.com' });
    expect(second).toMatchObject({ status: 201, body: { account: { administrator: false } } });
    await server.stop();
    const again = servers.launch(['--port', '0', '--host', '0.0.0.0', '--data', data]);
    await again.ready;
    expect(again.output).not.toContain('Set-up token');
  });
});
