import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { digestText, manifestSchema, wireElementSchema } from '@waypost/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Device,
  deviceOf,
  listIn,
  memberOf,
  PASSWORD,
  request,
  signIn,
  signUp,
  textIn,
} from '../testing/device.ts';
import { Servers } from '../testing/server-process.ts';

const servers = new Servers();
const COUNT = 400;
let url: string;
let data: string;
let ann: Device;
let bob: Device;
let ids: string[];

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
const get = (path: string, { token }: Device = ann) =>
  request(`${url}/api/workspaces/${ann.workspace}/${path}`, 'GET', { token });
const post = (path: string, body: unknown, { token }: Device = ann) =>
  request(`${url}/api/workspaces/${ann.workspace}/${path}`, 'POST', { token, body });

/** Pushes changes as the device's own stream would, and returns once they are durable. */
async function push(device: Device, stream: string, n: number, writes: readonly unknown[]): Promise<void> {
  const body = hello(device);
  const { body: polled } = await request(`${url}/api/sync/poll?wait=0`, 'POST', { token: device.token, body });
  const reset = listIn(polled).find((message) => memberOf(message, 'type') === 'reset');
  const message = {
    type: 'push',
    workspace: device.workspace,
    epoch: textIn(reset, 'epoch'),
    stream,
    changes: [{ n, writes }],
  };
  const { body: answers } = await request(`${url}/api/sync/send`, 'POST', { token: device.token, body: [message] });
  expect(answers).toEqual([{ type: 'received', workspace: device.workspace, stream, upTo: n }]);
}

function hello({ token, workspace }: Device) {
  const position = { workspace, epoch: null, life: null, cursor: 0, stream: null, have: 0 };
  return { type: 'hello', protocol: { min: 1, max: 1 }, token, pending: 0, positions: [position] };
}

function creation(id: string, name: string) {
  const collection = {
    op: 'create',
    id,
    kind: 'collection',
    schema: 1,
    parent: null,
    order: 'a0',
    rows: {},
    origin: null,
  };
  return { ...collection, data: JSON.stringify({ info: { name } }) };
}

beforeAll(async () => {
  ({ url, data } = await servers.start());
  ann = deviceOf(await signUp(url, { email: 'ann@example.com' }));
  bob = deviceOf(await signUp(url, { email: 'bob@example.com' }));
  ids = Array.from({ length: COUNT }, () => randomUUID()).toSorted();
  await push(
    ann,
    randomUUID(),
    1,
    ids.map((id, at) => creation(id, `Collection ${at} of Ann`)),
  );
});
afterAll(() => servers.cleanUp());

describe('a snapshot', () => {
  it('is a manifest and chunks that are what their names say', async () => {
    const manifest = manifestSchema.parse((await get('snapshot')).body);
    expect([manifest.head, manifest.count]).toEqual([1, COUNT]);
    for (const { hash, bytes, count } of [...manifest.skeleton, ...manifest.bodies]) {
      const answer = await fetch(`${url}/api/workspaces/${ann.workspace}/snapshot/${hash}`, {
        headers: { authorization: `Bearer ${ann.token}` },
      });
      expect(answer.headers.get('content-type')).toBe('application/gzip');
      expect(answer.headers.get('content-encoding')).toBe(null);
      expect(answer.headers.get('cache-control')).toContain('immutable');
      expect(answer.headers.get('etag')).toBe(`"${hash}"`);
      const chunk = Buffer.from(await answer.arrayBuffer());
      expect([sha256(chunk), chunk.length]).toEqual([hash, bytes]);
      expect(listIn(JSON.parse(gunzipSync(chunk).toString())).length).toBe(count);
    }
  });

  it('is not sent again to whoever has it', async () => {
    const hash = textIn((await get('snapshot')).body, 'skeleton', 0, 'hash');
    const headers = { 'if-none-match': `"${hash}"` };
    const { token, workspace } = ann;
    const { status } = await request(`${url}/api/workspaces/${workspace}/snapshot/${hash}`, 'GET', { token, headers });
    expect(status).toBe(304);
  });
});

describe('an element', () => {
  it('can be had whole, with its history and what it was before', async () => {
    const [id = '', stream] = [ids[0], randomUUID()];
    const fields = [
      { group: 'info.name', base: { revision: 1, value: { text: '"Collection 0 of Ann"' } }, value: '"Renamed"' },
    ];
    await push(ann, stream, 1, [{ op: 'set', id, schema: 1, fields }]);
    const element = wireElementSchema.parse((await get(`elements/${id}`)).body);
    expect(memberOf(element, 'data')).toContain('"Renamed"');
    const history = (await get(`history/${id}`)).body;
    expect(listIn(history, 'versions')).toMatchObject([
      { revision: 2, status: 'current', by: { device: ann.id } },
      { revision: 1, status: 'replaced' },
    ]);
    expect(memberOf(history, 'names', ann.id, 'email')).toBe('ann@example.com');
    const before = (await get(`history/${id}/1`)).body;
    expect(Object.values(memberOf(before, 'values') as object)).toEqual(['"Collection 0 of Ann"']);
  });
});

describe('digests', () => {
  it('tell whether content is equal, by page and by element', async () => {
    const { body } = await post('digests', {});
    const [page, ...others] = listIn(body, 'pages');
    expect([others.length, memberOf(page, 'count')]).toEqual([0, COUNT]);
    const range = { after: memberOf(page, 'after'), to: memberOf(page, 'to') };
    const elements = listIn((await post('digests', range)).body, 'elements');
    expect(elements.map((pair) => memberOf(pair, 0))).toEqual(ids);
    expect(sha256(elements.map((pair) => textIn(pair, 1)).join(''))).toBe(memberOf(page, 'digest'));
    const element = wireElementSchema.parse((await get(`elements/${ids[1]}`)).body);
    if (!('data' in element)) throw new Error('the element is not whole');
    expect(memberOf(elements[1], 1)).toBe(sha256(digestText(element)));
  });
});

describe('a workspace of somebody else', () => {
  it('shows nothing', async () => {
    const hash = textIn((await get('snapshot')).body, 'bodies', 0, 'hash');
    const paths = ['snapshot', `snapshot/${hash}`, `elements/${ids[0]}`, `history/${ids[0]}`, `history/${ids[0]}/1`];
    const answers = await Promise.all(paths.map((path) => get(path, bob)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect((await post('digests', {}, bob)).status).toBe(404);
    expect(JSON.stringify(answers.map(({ body }) => body))).not.toContain('Ann');
  });
});

describe('a path that names nothing', () => {
  it('is not found, and reaches no file', async () => {
    const paths = [
      'snapshot/nonsense',
      'snapshot/..%2f..%2fwaypost.db',
      'elements/nonsense',
      `elements/${randomUUID()}`,
      'history/x/y',
    ];
    const answers = await Promise.all(paths.map((path) => get(path)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
  });
});

describe('an account that is deleted', () => {
  it('leaves no chunk of its workspaces', async () => {
    const hold = async () => {
      const files = await readdir(join(data, 'snapshots'), { recursive: true, withFileTypes: true });
      const chunks = files
        .filter((file) => file.isFile())
        .map(({ parentPath, name }) => readFile(join(parentPath, name)));
      return (await Promise.all(chunks)).some((chunk) => gunzipSync(chunk).includes('of Ann'));
    };
    expect(await hold()).toBe(true);
    const { token } = deviceOf(await signIn(url, { email: 'ann@example.com' }));
    const { body } = await request(`${url}/api/account`, 'DELETE', { token, body: { password: PASSWORD } });
    expect(memberOf(body, 'receipt', 'elements')).toBe(COUNT);
    expect(await hold()).toBe(false);
  });
});
