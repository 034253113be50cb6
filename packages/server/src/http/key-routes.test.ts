import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Answer,
  deviceOf,
  hello,
  Line,
  listIn,
  memberOf,
  newInstallation,
  PASSWORD,
  request,
  signUp,
  textIn,
} from '../testing/device.ts';
import { Servers } from '../testing/server-process.ts';

const servers = new Servers();
let url: string;
let data: string;
let people = 0;

beforeAll(async () => {
  ({ url, data } = await servers.start());
});
afterAll(() => servers.cleanUp());

const ask = (token: string, method: string, path: string, body?: unknown): Promise<Answer> =>
  request(`${url}/api/${path}`, method, { token, ...(body !== undefined && { body }) });

async function person() {
  people += 1;
  const answer = await signUp(url, { email: `keys-${people}@example.com`, installation: newInstallation() });
  const workspaces = listIn(answer.body, 'workspaces').map((one) => textIn(one, 'id'));
  return { ...deviceOf(answer), workspaces };
}

const codeOf = ({ status, body }: Answer) => [status, memberOf(body, 'error', 'code')];

async function keyFor(token: string, request_: object): Promise<{ readonly id: string; readonly secret: string }> {
  const { status, body } = await ask(token, 'POST', 'keys', request_);
  expect(status).toBe(201);
  return { id: textIn(body, 'key', 'id'), secret: textIn(body, 'key', 'secret') };
}

describe('an API key', () => {
  it('is shown once, listed without its secret, and stored as a hash', async () => {
    const { token, workspace } = await person();
    const made = await ask(token, 'POST', 'keys', { name: ' Nightly ', workspaces: [workspace], days: 1 });
    const createdAt = Number(memberOf(made.body, 'key', 'createdAt'));
    const secret = textIn(made.body, 'key', 'secret');
    expect(secret).toMatch(/^waypost_key_[\w-]{43}$/);
    const { body } = await ask(token, 'GET', 'keys');
    const expiresAt = createdAt + 24 * 60 * 60 * 1_000;
    const listed = { id: textIn(made.body, 'key', 'id'), name: 'Nightly', scope: 'read', workspaces: [workspace] };
    expect(body).toEqual({ keys: [{ ...listed, createdAt, expiresAt, lastUsedAt: null }] });
    expect((await ask(secret, 'GET', 'workspaces')).status).toBe(200);
    expect(memberOf((await ask(token, 'GET', 'keys')).body, 'keys', 0, 'lastUsedAt')).toEqual(expect.any(Number));
    for (const name of await readdir(data)) {
      if (name.startsWith('waypost.db')) expect((await readFile(join(data, name))).includes(secret)).toBe(false);
    }
  });

  it('reads the workspaces it was made for, and to it there are no others', async () => {
    const { token, workspaces } = await person();
    const [own = '', other = ''] = workspaces;
    const { secret } = await keyFor(token, { name: 'One', workspaces: [own] });
    const seen = listIn((await ask(secret, 'GET', 'workspaces')).body, 'workspaces').map((one) => memberOf(one, 'id'));
    expect(seen).toEqual([own]);
    expect((await ask(secret, 'GET', `workspaces/${own}/snapshot`)).status).toBe(200);
    expect((await ask(secret, 'POST', `workspaces/${own}/digests`, {})).status).toBe(200);
    expect(codeOf(await ask(secret, 'GET', `workspaces/${other}/snapshot`))).toEqual([404, 'no-workspace']);
    const all = await keyFor(token, { name: 'All' });
    expect((await ask(all.secret, 'GET', `workspaces/${other}/snapshot`)).status).toBe(200);
    const stranger = await person();
    const theirs = `workspaces/${stranger.workspace}/snapshot`;
    expect(codeOf(await ask(all.secret, 'GET', theirs))).toEqual([404, 'no-workspace']);
    const asked = await ask(token, 'POST', 'keys', { name: 'Theirs', workspaces: [stranger.workspace] });
    expect(codeOf(asked)).toEqual([404, 'no-workspace']);
  });

  it('that may only read changes nothing; one that may write renames a workspace of its own', async () => {
    const { token, workspaces } = await person();
    const [own = '', other = ''] = workspaces;
    const [reads, writes] = [
      await keyFor(token, { name: 'R', workspaces: [own] }),
      await keyFor(token, { name: 'W', scope: 'write', workspaces: [own] }),
    ];
    const rename = (secret: string, id: string) => ask(secret, 'PATCH', `workspaces/${id}`, { name: 'Harbour' });
    expect(codeOf(await rename(reads.secret, own))).toEqual([403, 'forbidden']);
    expect((await rename(writes.secret, own)).status).toBe(200);
    expect(codeOf(await rename(writes.secret, other))).toEqual([404, 'no-workspace']);
  });

  it('is refused wherever a route does not say what it may do, and never is a device', async () => {
    const { token, id, workspace } = await person();
    const { secret } = await keyFor(token, { name: 'W', scope: 'write' });
    const refused: readonly (readonly [string, string, unknown?])[] = [
      ['GET', 'account'],
      ['DELETE', 'account', { password: PASSWORD }],
      ['POST', 'account/password', { current: PASSWORD, new: 'another password' }],
      ['DELETE', 'sessions/current'],
      ['GET', 'devices'],
      ['DELETE', `devices/${id}`],
      ['GET', 'keys'],
      ['POST', 'keys', { name: 'Child' }],
      ['GET', 'teams'],
      ['POST', 'teams', { name: 'Crew' }],
      ['POST', 'invitations/accept', { token: 'none' }],
      ['POST', 'workspaces', { name: 'New' }],
      ['DELETE', `workspaces/${workspace}`],
      ['GET', `workspaces/${workspace}/members`],
      ['POST', 'sync/send', []],
      ['POST', 'sync/poll?wait=0', hello(secret)],
      ['POST', 'relay', {}],
    ];
    for (const [method, path, body] of refused) {
      expect([method, path, ...codeOf(await ask(secret, method, path, body))]).toEqual([
        ...[method, path],
        ...[403, 'forbidden'],
      ]);
    }
    const line = new Line(url);
    await line.open();
    line.say(hello(secret));
    expect(await line.hear('signed-out')).toEqual({ type: 'signed-out', erase: false });
    expect(listIn((await ask(token, 'GET', 'devices')).body, 'devices').length).toBe(1);
  });

  it('ends at once when it is revoked, by its account only, and with its account', async () => {
    const [one, other] = [await person(), await person()];
    const [first, second] = [await keyFor(one.token, { name: 'First' }), await keyFor(one.token, { name: 'Second' })];
    expect(codeOf(await ask(other.token, 'DELETE', `keys/${first.id}`))).toEqual([404, 'not-found']);
    expect((await ask(first.secret, 'GET', 'workspaces')).status).toBe(200);
    expect((await ask(one.token, 'DELETE', `keys/${first.id}`)).status).toBe(204);
    expect(codeOf(await ask(first.secret, 'GET', 'workspaces'))).toEqual([401, 'bad-key']);
    expect((await ask(one.token, 'DELETE', 'account', { password: PASSWORD })).status).toBe(200);
    expect(codeOf(await ask(second.secret, 'GET', 'workspaces'))).toEqual([401, 'bad-key']);
    expect(codeOf(await ask('waypost_key_short', 'GET', 'workspaces'))).toEqual([401, 'bad-key']);
  });

  it('needs a name, a scope there is, and an end within a year', async () => {
    const { token } = await person();
    const wrong = [{}, { name: ' ' }, { name: 'x', scope: 'all' }, { name: 'x', days: 366 }, { name: 'x', days: 0 }];
    for (const body of [...wrong, { name: 'x', workspaces: [] }, { name: 'x', workspaces: ['here'] }]) {
      expect(codeOf(await ask(token, 'POST', 'keys', body))).toEqual([400, 'bad-message']);
    }
  });
});
