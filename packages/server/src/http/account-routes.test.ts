import { webcrypto } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  deviceOf,
  listIn,
  memberOf,
  newInstallation,
  PASSWORD,
  request,
  signIn,
  signUp,
  talk,
  textIn,
} from '../testing/device.ts';
import { type ServerProcess, Servers } from '../testing/server-process.ts';

const TEXT: unknown = expect.any(String);
const NUMBER: unknown = expect.any(Number);
const TOKEN: unknown = expect.stringMatching(/^[\w-]{43}$/);

const servers = new Servers();
let server: ServerProcess;
let url: string;
let data: string;

beforeAll(async () => {
  ({ server, url, data } = await servers.start());
});
afterAll(() => servers.cleanUp());

let people = 0;
const newEmail = () => {
  people += 1;
  return `person-${people}@example.com`;
};
const api = (token: string) => ({
  get: (path: string) => request(`${url}/api/${path}`, 'GET', { token }),
  post: (path: string, body: unknown) => request(`${url}/api/${path}`, 'POST', { token, body }),
  patch: (path: string, body: unknown) => request(`${url}/api/${path}`, 'PATCH', { token, body }),
  delete: (path: string, body?: unknown) =>
    request(`${url}/api/${path}`, 'DELETE', { token, ...(body !== undefined && { body }) }),
});
const isSignedIn = async (token: string) => (await api(token).get('account')).status === 200;

describe('signing up', () => {
  it('makes an account, a device, a workspace and a private space', async () => {
    const email = newEmail();
    const { status, body } = await signUp(url, { email: ` ${email.toUpperCase()} `, name: 'laptop' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      account: { email, administrator: true },
      device: { name: 'laptop' },
      token: TOKEN,
      server: { version: TEXT },
      workspaces: [
        { name: 'My workspace', kind: 'personal', role: 'administrator' },
        { name: 'Private', kind: 'account', role: 'administrator' },
      ],
    });
  });

  it('makes only the first account administrator of the server', async () => {
    const { body } = await signUp(url, { email: newEmail() });
    expect(body).toMatchObject({ account: { administrator: false } });
  });

  it('happens once for one address', async () => {
    const email = newEmail();
    const answers = await Promise.all([1, 2, 3].map(() => signUp(url, { email })));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      error: { code: 'account-exists', message: TEXT, retry: false },
    });
  });

  it('says what is wrong with what was sent', async () => {
    expect((await signUp(url, { email: newEmail(), password: 'short' })).body).toMatchObject({
      error: { code: 'weak-password' },
    });
    expect((await signUp(url, { email: 'nobody' })).body).toMatchObject({ error: { code: 'bad-message' } });
    const { status, body } = await signUp(url, { email: newEmail(), installation: 'mine' });
    expect(status).toBe(400);
    expect(textIn(body, 'error', 'message')).toContain('installation');
  });
});

describe('signing in', () => {
  it('gives the same installation the same device, also after signing out [ID5]', async () => {
    const [email, installation] = [newEmail(), newInstallation()];
    const first = deviceOf(await signUp(url, { email, installation }));
    const second = deviceOf(await signIn(url, { email, installation }));
    expect(second.id).toBe(first.id);
    expect((await api(second.token).delete('sessions/current')).status).toBe(204);
    expect(await isSignedIn(second.token)).toBe(false);
    const third = deviceOf(await signIn(url, { email, installation }));
    expect(third.id).toBe(first.id);
    expect(third.workspace).toBe(first.workspace);
  });

  it('says the same of a wrong password and of an unknown address', async () => {
    const email = newEmail();
    await signUp(url, { email });
    const wrong = await signIn(url, { email, password: 'not the password' });
    const unknown = await signIn(url, { email: newEmail() });
    expect(wrong.status).toBe(401);
    expect(wrong.body).toMatchObject({ error: { code: 'bad-credentials', retry: false } });
    expect(unknown.body).toEqual(wrong.body);
  });

  it('makes whoever guesses wait', async () => {
    const email = newEmail();
    await signUp(url, { email });
    for (let guess = 0; guess < 10; guess += 1) await signIn(url, { email, password: `guess ${guess}` });
    const { status, body, headers } = await signIn(url, { email });
    expect([status, body]).toMatchObject([429, { error: { code: 'rate-limited', retry: true } }]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('gives keys with which a device can seal and only the account can open', async () => {
    const { body } = await signUp(url, { email: newEmail() });
    const publicKey = textIn(body, 'sealing', 'publicKey');
    const privateKey = textIn(body, 'sealing', 'privateKey');
    const { subtle } = webcrypto;
    const curve = { name: 'ECDH', namedCurve: 'P-256' };
    const theirs = await subtle.generateKey(curve, true, ['deriveBits']);
    const open = await subtle.importKey('raw', Buffer.from(publicKey, 'base64url'), curve, true, []);
    const secret = await subtle.importKey('pkcs8', Buffer.from(privateKey, 'base64url'), curve, true, ['deriveBits']);
    const sealed = await subtle.deriveBits({ name: 'ECDH', public: open }, theirs.privateKey, 256);
    const opened = await subtle.deriveBits({ name: 'ECDH', public: theirs.publicKey }, secret, 256);
    expect(Buffer.from(opened)).toEqual(Buffer.from(sealed));
    const again = await api(textIn(body, 'token')).get('account');
    expect(memberOf(again.body, 'sealing')).toEqual(memberOf(body, 'sealing'));
  });
});

describe('the limit of three devices', () => {
  it('tells a fourth which three there are', async () => {
    const email = newEmail();
    deviceOf(await signUp(url, { email, name: 'one' }));
    for (const name of ['two', 'three']) deviceOf(await signIn(url, { email, name }));
    const { status, body } = await signIn(url, { email, name: 'four' });
    expect(status).toBe(409);
    expect(body).toEqual({
      error: { code: 'device-limit', message: TEXT, retry: false },
      devices: ['one', 'two', 'three'].map((name) => ({
        id: TEXT,
        name,
        kind: 'cli',
        lastSeenAt: NUMBER,
        pending: 0,
      })),
    });
  });

  it('lets the fourth in for one that it names, which is signed out at once', async () => {
    const email = newEmail();
    const one = deviceOf(await signUp(url, { email }));
    const two = deviceOf(await signIn(url, { email }));
    const three = deviceOf(await signIn(url, { email }));
    const line = await talk(url, two.token);
    const four = deviceOf(await signIn(url, { email, evict: two.id }));
    expect(await line.hear('signed-out')).toEqual({ type: 'signed-out', erase: false });
    expect((await line.closed).code).toBe(4401);
    expect(await Promise.all([one, two, three, four].map(({ token }) => isSignedIn(token)))).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('lets the fourth in for the one that was not seen for longest', async () => {
    const email = newEmail();
    const one = deviceOf(await signUp(url, { email }));
    const two = deviceOf(await signIn(url, { email }));
    const three = deviceOf(await signIn(url, { email }));
    deviceOf(await signIn(url, { email, evict: 'oldest' }));
    expect(await Promise.all([one, two, three].map(({ token }) => isSignedIn(token)))).toEqual([false, true, true]);
  });

  it('holds when twenty sign in at once', async () => {
    const email = newEmail();
    deviceOf(await signUp(url, { email }));
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(url, { email })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201).length).toBe(2);
    expect(statuses.filter((status) => status === 409).length).toBe(18);
  });

  it('holds when twenty evict at once', async () => {
    const email = newEmail();
    deviceOf(await signUp(url, { email }));
    const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(url, { email, evict: 'oldest' })));
    const tokens = answers.map((answer) => deviceOf(answer).token);
    const signedIn = (await Promise.all(tokens.map(isSignedIn))).filter(Boolean);
    expect(signedIn.length).toBe(3);
  });

  it('can be another number, or none', async () => {
    const [one, any] = await Promise.all([servers.start('--max-devices', '1'), servers.start('--max-devices', '0')]);
    deviceOf(await signUp(one.url, { email: 'ann@example.com' }));
    expect((await signIn(one.url, { email: 'ann@example.com' })).status).toBe(409);
    const { token } = deviceOf(await signUp(any.url, { email: 'ann@example.com' }));
    for (let device = 0; device < 5; device += 1) deviceOf(await signIn(any.url, { email: 'ann@example.com' }));
    const { body } = await request(`${any.url}/api/devices`, 'GET', { token });
    expect([memberOf(body, 'limit'), listIn(body, 'devices').length]).toEqual([null, 6]);
  });
});

describe('the devices of an account', () => {
  it('are listed, with the one that asks', async () => {
    const email = newEmail();
    const one = deviceOf(await signUp(url, { email, name: 'laptop' }));
    const two = deviceOf(await signIn(url, { email, name: 'desk' }));
    const { body } = await api(two.token).get('devices');
    expect(memberOf(body, 'limit')).toBe(3);
    expect(listIn(body, 'devices').length).toBe(2);
    expect(body).toMatchObject({
      devices: [
        { id: two.id, name: 'desk', current: true, kind: 'cli', pending: 0 },
        { id: one.id, name: 'laptop', current: false, kind: 'cli', pending: 0 },
      ],
    });
  });

  it('sign each other out at once, with or without erasing', async () => {
    const email = newEmail();
    const one = deviceOf(await signUp(url, { email }));
    const two = deviceOf(await signIn(url, { email }));
    const line = await talk(url, two.token);
    expect((await api(one.token).delete(`devices/${two.id}?erase=true`)).status).toBe(204);
    expect(await line.hear('signed-out')).toEqual({ type: 'signed-out', erase: true });
    expect((await line.closed).code).toBe(4401);
  });

  it('learn at the next contact that they were signed out, and how', async () => {
    const email = newEmail();
    const one = deviceOf(await signUp(url, { email }));
    for (const erase of [true, false]) {
      const two = deviceOf(await signIn(url, { email }));
      await api(one.token).delete(`devices/${two.id}?erase=${erase}`);
      const { status, body } = await api(two.token).get('workspaces');
      expect([status, body]).toMatchObject([401, { error: { code: 'signed-out' }, erase }]);
    }
  });

  it('are out of reach for everybody else', async () => {
    const mine = deviceOf(await signUp(url, { email: newEmail() }));
    const theirs = deviceOf(await signUp(url, { email: newEmail() }));
    expect((await api(mine.token).delete(`devices/${theirs.id}`)).status).toBe(404);
    expect((await api(mine.token).delete('devices/nonsense')).status).toBe(404);
    expect(await isSignedIn(theirs.token)).toBe(true);
  });
});

describe('the password', () => {
  it('is changed by whoever knows it, and signs the other devices out', async () => {
    const email = newEmail();
    const one = deviceOf(await signUp(url, { email }));
    const two = deviceOf(await signIn(url, { email }));
    const line = await talk(url, two.token);
    const wrong = await api(one.token).post('account/password', { current: 'not it', new: 'another password' });
    expect(wrong.body).toMatchObject({ error: { code: 'bad-credentials' } });
    const weak = await api(one.token).post('account/password', { current: PASSWORD, new: 'short' });
    expect(weak.body).toMatchObject({ error: { code: 'weak-password' } });
    const changed = await api(one.token).post('account/password', { current: PASSWORD, new: 'another password' });
    expect([changed.status, changed.body]).toEqual([200, { signedOut: [two.id] }]);
    expect((await line.closed).code).toBe(4401);
    expect(await isSignedIn(one.token)).toBe(true);
    expect((await signIn(url, { email })).status).toBe(401);
    expect((await signIn(url, { email, password: 'another password' })).status).toBe(201);
  });

  it('and tokens are nowhere in the data folder or the log', async () => {
    const password = 'a password that nobody else has';
    const { token } = deviceOf(await signUp(url, { email: newEmail(), password }));
    for (const file of await readdir(data)) {
      const bytes = await readFile(join(data, file));
      expect([file, bytes.includes(password), bytes.includes(token)]).toEqual([file, false, false]);
    }
    expect(server.errors + server.output).not.toContain(password);
    expect(server.errors + server.output).not.toContain(token);
  });
});

describe('deleting the account', () => {
  it('erases it, tells its devices to erase, and says what there was', async () => {
    const email = newEmail();
    const one = deviceOf(await signUp(url, { email }));
    const two = deviceOf(await signIn(url, { email }));
    const line = await talk(url, two.token);
    expect((await api(one.token).delete('account', { password: 'not it' })).body).toMatchObject({
      error: { code: 'bad-credentials' },
    });
    const { status, body } = await api(one.token).delete('account', { password: PASSWORD });
    expect(status).toBe(200);
    expect(memberOf(body, 'receipt')).toMatchObject({
      email,
      devices: 2,
      elements: 0,
      workspaces: [{ elements: 0 }, { elements: 0 }],
    });
    expect(await line.hear('signed-out')).toEqual({ type: 'signed-out', erase: true });
    expect(await isSignedIn(one.token)).toBe(false);
    expect((await signIn(url, { email })).status).toBe(401);
    expect((await signUp(url, { email })).status).toBe(201);
  });
});

describe('workspaces', () => {
  it('are made and renamed, and the other devices are told', async () => {
    const email = newEmail();
    const one = deviceOf(await signUp(url, { email }));
    const two = deviceOf(await signIn(url, { email }));
    const line = await talk(url, two.token);
    const made = await api(one.token).post('workspaces', { name: '  Payments ' });
    expect([made.status, made.body]).toMatchObject([
      201,
      { workspace: { name: 'Payments', kind: 'personal', role: 'administrator' } },
    ]);
    expect((await line.hear('workspaces')).workspaces.map(({ name }) => name)).toContain('Payments');
    const renamed = await api(two.token).patch(`workspaces/${textIn(made.body, 'workspace', 'id')}`, {
      name: 'Invoices',
    });
    expect(renamed.body).toMatchObject({ workspace: { name: 'Invoices' } });
    expect((await line.hear('workspaces')).workspaces.map(({ name }) => name)).toContain('Invoices');
    expect(listIn((await api(one.token).get('workspaces')).body, 'workspaces').length).toBe(3);
  });

  it('are out of reach for everybody else, and have names', async () => {
    const mine = deviceOf(await signUp(url, { email: newEmail() }));
    const theirs = deviceOf(await signUp(url, { email: newEmail() }));
    const renamed = await api(mine.token).patch(`workspaces/${theirs.workspace}`, { name: 'Mine' });
    expect([renamed.status, renamed.body]).toMatchObject([404, { error: { code: 'no-workspace' } }]);
    expect((await api(mine.token).post('workspaces', { name: '   ' })).status).toBe(400);
    expect((await api(mine.token).post('workspaces', { name: 'x'.repeat(201) })).status).toBe(400);
  });

  it('do not include a private space that could be renamed', async () => {
    const { token } = deviceOf(await signUp(url, { email: newEmail() }));
    const workspaces = listIn((await api(token).get('workspaces')).body, 'workspaces');
    const space = workspaces.find((workspace) => memberOf(workspace, 'kind') === 'account');
    expect((await api(token).patch(`workspaces/${textIn(space, 'id')}`, { name: 'Public' })).status).toBe(403);
  });
});
