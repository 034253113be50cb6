import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deviceOf, listIn, memberOf, PASSWORD, request, signIn, signUp, textIn } from '../testing/device.ts';
import { Servers } from '../testing/server-process.ts';

const servers = new Servers();
let url: string;
let data: string;

beforeAll(async () => {
  ({ url, data } = await servers.start());
});
afterAll(() => servers.cleanUp());

const record = async (...about: readonly string[]): Promise<readonly unknown[]> => {
  const { output } = await servers.launch(['admin', 'audit', ...about, '--json', '--data', data]).ended;
  // Oldest first, without the time.
  const entries = listIn(JSON.parse(output), 'entries').map((entry) => ({ ...(entry as object), at: undefined }));
  return entries.toReversed();
};
const entry = (who: string, what: string, rest: object = {}) => ({
  ...{ at: undefined, who, what, subject: null, origin: '127.0.0.1', outcome: 'done' },
  ...rest,
});

describe('the record of who did what', () => {
  it('names who, what and from where, also what was refused; and what a stranger tried', async () => {
    const email = 'ann@example.com';
    const { id, token } = deviceOf(await signUp(url, { email }));
    await signIn(url, { email, password: 'a wrong guess' });
    await signIn(url, { email: 'My-Pa55word', password: PASSWORD });
    const team = textIn(
      (await request(`${url}/api/teams`, 'POST', { token, body: { name: 'Crew' } })).body,
      ...['team', 'id'],
    );
    await request(`${url}/api/account`, 'DELETE', { token, body: { password: PASSWORD } });
    await request(`${url}/api/teams/${team}`, 'DELETE', { token });
    await request(`${url}/api/devices/${id}`, 'DELETE', { token });
    const expected = [
      entry(email, 'sign up'),
      entry('somebody', 'sign in', { subject: email, outcome: 'bad-credentials' }),
      entry(email, 'create team'),
      entry(email, 'delete account', { outcome: 'in-teams' }),
      entry(email, 'delete team', { subject: team }),
      entry(email, 'sign out a device', { subject: id }),
    ];
    expect(await record(email)).toEqual(expected);
    const all = await record();
    expect(JSON.stringify(all)).not.toMatch(/my-pa55word|wrong guess|Crew/i);
    expect(all).toHaveLength(expected.length);
  }, 60_000);

  it('knows an account that is deleted by its id only', async () => {
    const signedUp = await signUp(url, { email: 'bob@example.com' });
    const { token } = deviceOf(signedUp);
    const account = textIn(signedUp.body, 'account', 'id');
    await request(`${url}/api/account`, 'DELETE', { token, body: { password: PASSWORD } });
    expect(await record('bob@example.com')).toEqual([]);
    expect((await record(account)).map((one) => memberOf(one, 'what'))).toEqual(['sign up', 'delete account']);
  }, 60_000);

  it('tells what was done with an API key from what a device did', async () => {
    const email = 'dan@example.com';
    const { token, workspace } = deviceOf(await signUp(url, { email }));
    const made = await request(`${url}/api/keys`, 'POST', { token, body: { name: 'Bot', scope: 'write' } });
    const secret = textIn(made.body, 'key', 'secret');
    const asKey = { token: secret, body: { name: 'Harbour' } };
    await request(`${url}/api/workspaces/${workspace}`, 'PATCH', asKey);
    await request(`${url}/api/teams`, 'POST', asKey);
    const told = await record(email);
    expect(told).toEqual([
      entry(email, 'sign up'),
      entry(email, 'create API key'),
      entry(email, 'rename workspace with an API key', { subject: workspace }),
      entry(email, 'create team with an API key', { outcome: 'forbidden' }),
    ]);
    expect(JSON.stringify(told)).not.toContain(secret);
  }, 60_000);

  it('has nothing of what nobody did: reading, syncing, and strangers without a token', async () => {
    const before = await record();
    const signedUp = deviceOf(await signUp(url, { email: 'cat@example.com' }));
    await request(`${url}/api/devices`, 'GET', signedUp);
    await request(`${url}/api/sync/send`, 'POST', { token: signedUp.token, body: [] });
    await request(`${url}/api/account`, 'DELETE', { body: { password: PASSWORD } });
    await request(`${url}/api/accounts`, 'POST', { body: 'nothing of the kind' });
    expect((await record()).slice(before.length)).toEqual([entry('cat@example.com', 'sign up')]);
  }, 60_000);
});
