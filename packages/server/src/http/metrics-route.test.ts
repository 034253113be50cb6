import { afterAll, describe, expect, it } from 'vitest';
import { deviceOf, request, signUp, talk } from '../testing/device.ts';
import { Servers } from '../testing/server-process.ts';

const servers = new Servers();
afterAll(() => servers.cleanUp());

const TOKEN = 'a-token-of-the-operator';

async function metrics(url: string, headers: Record<string, string> = {}): Promise<readonly [number, string]> {
  const response = await fetch(`${url}/metrics`, { headers });
  return [response.status, await response.text()];
}

describe('metrics', () => {
  it('are for the machine that the server is for, and name nobody', async () => {
    const { url } = await servers.start();
    const { id, token, workspace } = deviceOf(await signUp(url, { email: 'ann@example.com', name: 'Kestrel' }));
    const line = await talk(url, token);
    await request(`${url}/api/workspaces/${workspace}`, 'PATCH', { token, body: { name: 'Falcon' } });
    const [status, text] = await metrics(url);
    expect(status).toBe(200);
    for (const expected of [
      /^waypost_info\{version="\d+\.\d+\.\d+"\} 1$/m,
      /^waypost_connected_devices 1$/m,
      /^waypost_commits_total 0$/m,
      /^waypost_http_requests_total\{route="\/api\/accounts",status="201"\} 1$/m,
      /^waypost_http_request_seconds_bucket\{route="\/api\/accounts",le="\+Inf"\} 1$/m,
      /^process_resident_memory_bytes \d+$/m,
    ]) {
      expect(text).toMatch(expected);
    }
    expect(text).not.toMatch(new RegExp(`ann@|Kestrel|Falcon|${[id, token, workspace].join('|')}`));
    line.socket.close();
    expect((await metrics(url, { 'x-forwarded-for': '10.1.2.3' }))[0]).toBe(404);
  });

  it('need the token where there is one, and where others reach the server', async () => {
    const guarded = await servers.start('--metrics-token', TOKEN);
    expect((await metrics(guarded.url))[0]).toBe(404);
    expect((await metrics(guarded.url, { authorization: 'Bearer another-token-than-that' }))[0]).toBe(404);
    expect((await metrics(guarded.url, { authorization: `Bearer ${TOKEN}` }))[0]).toBe(200);
    const open = await servers.start('--host', '0.0.0.0');
    const own = open.url.replace('0.0.0.0', '127.0.0.1');
    expect((await metrics(own))[0]).toBe(404);
  });
});
