import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { deviceOf, hello, listIn, memberOf, request, signIn, signUp, textIn } from './testing/device.ts';
import { Servers } from './testing/server-process.ts';

const servers = new Servers();
afterAll(() => servers.cleanUp());

async function epochOf(url: string, token: string, workspace: string): Promise<string> {
  const position = { workspace, epoch: null, life: null, cursor: 0, stream: null, have: 0 };
  const body = hello(token, [position] as never);
  const answer = await request(`${url}/api/sync/poll?wait=0`, 'POST', { token, body });
  return textIn(
    listIn(answer.body).find((message) => memberOf(message, 'type') === 'reset'),
    'epoch',
  );
}

describe('a backup', () => {
  it('is taken while the server runs, and restored while it does not, into a new epoch', async () => {
    const { server, url, data } = await servers.start();
    const { token, workspace } = deviceOf(await signUp(url, { email: 'ann@example.com' }));
    const before = await epochOf(url, token, workspace);
    const file = join(await servers.folder(), 'backup.db');
    const taken = await servers.launch(['backup', file, '--data', data]).ended;
    expect(taken).toMatchObject({ code: 0, output: `The backup is in ${file}.\n` });
    deviceOf(await signUp(url, { email: 'bob@example.com' }));

    const refused = await servers.launch(['restore', file, '--data', data]).ended;
    expect(refused.code).toBe(1);
    expect(refused.errors).toMatch(/^The data folder \S+ is in use by another Waypost server/);
    await server.stop();

    const restored = await servers.launch(['restore', file, '--data', data]).ended;
    expect(restored).toMatchObject({ code: 0, errors: '' });
    expect(restored.output).toContain('start the server again');
    const again = await servers.launch(['--port', '0', '--data', data]).ready;
    expect((await signIn(again, { email: 'bob@example.com' })).status).toBe(401);
    const after = await epochOf(again, token, workspace);
    expect(after).not.toBe(before);
    expect(await epochOf(again, token, workspace)).toBe(after);
    // Five processes one after the other: on a busy machine that takes its time.
  }, 60_000);

  it('is refused in one sentence where it cannot be', async () => {
    const data = await servers.folder();
    const none = await servers.launch(['backup', join(data, 'b.db'), '--data', data]).ended;
    expect([none.code, none.errors]).toEqual([1, `There is no database at ${join(data, 'waypost.db')}.\n`]);
    await writeFile(join(data, 'waypost.db'), '');
    const nowhere = await servers.launch(['backup', join(data, 'none', 'b.db'), '--data', data]).ended;
    expect([nowhere.code, nowhere.errors]).toEqual([
      1,
      `There is no folder ${join(data, 'none')} to write a backup into.\n`,
    ]);
    await rm(join(data, 'waypost.db'));
    const garbage = join(data, 'garbage.db');
    await writeFile(garbage, 'this is no backup'.repeat(1_000));
    const damaged = await servers.launch(['restore', garbage, '--data', data]).ended;
    expect(damaged.code).toBe(1);
    expect(damaged.errors).toMatch(/^.*garbage\.db.*\n$/);
    const postgres = await servers.launch(['backup', 'x.db', '--database', 'postgres://localhost/x']).ended;
    expect(postgres.code).toBe(1);
    expect(postgres.errors).toContain('pg_dump');
    await rm(garbage);
  });
});
