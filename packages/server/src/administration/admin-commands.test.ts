/** The real program beside a real server, on one database. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceOf, listIn, memberOf, PASSWORD, request, signIn, signUp, talk, textIn } from '../testing/device.ts';
import { Servers } from '../testing/server-process.ts';

const servers = new Servers();
let url: string;
let data: string;

beforeAll(async () => {
  ({ url, data } = await servers.start());
});
afterAll(() => servers.cleanUp());

const admin = (...words: readonly string[]) => servers.launch(['admin', ...words, '--data', data]).ended;
const asked = async (...words: readonly string[]): Promise<unknown> =>
  JSON.parse((await admin(...words, '--json')).output);

describe('administration beside a running server', () => {
  it('disables an account: its connected device hears it, and signing in says so until it is enabled', async () => {
    const email = 'ann@example.com';
    const { id, token } = deviceOf(await signUp(url, { email }));
    const line = await talk(url, token);
    expect(await asked('accounts', 'disable', email)).toEqual({ signedOut: [id] });
    expect(await line.hear('signed-out')).toEqual({ type: 'signed-out', erase: false });
    const refused = await signIn(url, { email });
    expect([refused.status, memberOf(refused.body, 'error', 'code')]).toEqual([403, 'forbidden']);
    expect(memberOf(refused.body, 'error', 'message')).toContain('disabled');
    expect((await signIn(url, { email, password: 'something else' })).status).toBe(401);
    const list = listIn(await asked('accounts', 'list'), 'accounts');
    expect(list.find((account) => memberOf(account, 'email') === email)).toMatchObject({ devices: 0, workspaces: 2 });
    await admin('accounts', 'enable', email);
    expect((await signIn(url, { email })).status).toBe(201);
  }, 60_000);

  it('deletes an account only when it is told to twice, and its device erases at once', async () => {
    const email = 'bob@example.com';
    const { token } = deviceOf(await signUp(url, { email }));
    const line = await talk(url, token);
    const before = await admin('accounts', 'delete', email);
    expect(before.output).toMatch(/^bob@example\.com: 1 signed-in devices, .*Repeat the command with --yes/s);
    expect((await request(`${url}/api/account`, 'GET', { token })).status).toBe(200);
    expect(await asked('accounts', 'delete', email, '--yes')).toMatchObject({ deleted: true, receipt: { email } });
    expect(await line.hear('signed-out')).toEqual({ type: 'signed-out', erase: true });
    const gone = await servers.launch(['admin', 'accounts', 'show', email, '--data', data]).ended;
    expect([gone.code, gone.errors]).toEqual([1, 'This server has no account with the e-mail bob@example.com.\n']);
    expect(await asked('accounts', 'show', email)).toMatchObject({ error: { code: 'not-found', retry: false } });
  }, 60_000);

  it('gives out a token that sets a new password once', async () => {
    const email = 'cat@example.com';
    const { token } = deviceOf(await signUp(url, { email }));
    const line = await talk(url, token);
    const reset = textIn(await asked('reset-password', email), 'token');
    const set = (password: string, given = reset) =>
      request(`${url}/api/password-resets`, 'POST', { body: { token: given, new: password } });
    expect((await set('short')).body).toMatchObject({ error: { code: 'weak-password' } });
    expect((await set('another long one', 'x'.repeat(43))).status).toBe(401);
    expect(await set('another long one')).toMatchObject({ status: 200, body: { email } });
    expect(await line.hear('signed-out')).toEqual({ type: 'signed-out', erase: false });
    expect((await set('a third long one')).status).toBe(401);
    expect((await signIn(url, { email, password: PASSWORD })).status).toBe(401);
    expect((await signIn(url, { email, password: 'another long one' })).status).toBe(201);
    const record = JSON.stringify(await asked('audit'));
    expect(record).toContain('offer a password reset');
    expect(record).not.toContain(reset);
  }, 60_000);

  it('says in one sentence where there is nothing to administer', async () => {
    const nowhere = await servers.folder();
    const none = await servers.launch(['admin', 'accounts', 'list', '--data', nowhere]).ended;
    expect([none.code, none.errors]).toEqual([
      1,
      `There is no database at ${join(nowhere, 'waypost.db')}: name the server's folder with --data.\n`,
    ]);
    expect((await servers.launch(['--yes']).ended).code).toBe(2);
  }, 30_000);
});
