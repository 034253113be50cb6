import { afterEach, describe, expect, it } from 'vitest';
import { RESPONSE_BYTES_MAX } from '../bounds.ts';
import { type ExecutionEvent, type ExecutionOptions, execute } from '../execution.ts';
import type { SendSource, SourceElement } from '../source.ts';
import { answered, type Answering, Recorder } from '../testing/recorder.ts';
import { createEngine } from './engine.ts';
import { ScriptProcess } from './script-process.ts';

const open: Recorder[] = [];
const NOW = Date.now();

afterEach(async () => {
  for (const recorder of open.splice(0)) await recorder.close();
});

describe('scripts', () => {
  it('run from the collection inwards, before and after, and change what is sent', async () => {
    const server = await serving(() => answered('201 Made', { 'Content-Type': 'application/json' }, '{"id": 7}'));
    const collection = element('collection', {
      event: [
        script('prerequest', "pm.environment.set('who', 'anna'); pm.globals.set('n', 1);"),
        script('test', "pm.test('made', () => pm.response.to.have.status(201));"),
      ],
    });
    const folder = element('folder', {
      event: [
        script('prerequest', "pm.request.headers.add({ key: 'X-Who', value: '{{who}}' }); pm.variables.set('v', 2);"),
      ],
    });
    const request = element('request', {
      request: { method: 'POST', url: `${server.url}/{{v}}`, header: [] },
      event: [
        script(
          'test',
          "pm.collectionVariables.set('id', pm.response.json().id); tests['legacy'] = responseCode.code === 201;",
        ),
      ],
    });
    const events = await all({ lineage: [request, folder, collection], environment: element('environment', {}) });
    expect(server.received).toMatchObject([{ method: 'POST', target: '/2' }]);
    expect(server.received[0]?.headers).toContainEqual(['X-Who', 'anna']);
    expect(outcomeOf(events).variables).toEqual({
      environment: [{ name: 'who', change: { value: 'anna' } }],
      globals: [{ name: 'n', change: { value: 1 } }],
      collection: [{ name: 'id', change: { value: 7 } }],
    });
    expect(events.filter(({ kind }) => kind === 'script')).toEqual([
      { kind: 'script', when: 'prerequest', from: 'the collection' },
      { kind: 'script', when: 'prerequest', from: 'the folder' },
      { kind: 'script', when: 'test', from: 'the collection' },
      { kind: 'script', when: 'test', from: 'the request' },
    ]);
    expect(tests(events)).toEqual([
      { name: 'made', outcome: 'passed', message: null, from: 'the collection' },
      { name: 'legacy', outcome: 'passed', message: null, from: 'the request' },
    ]);
  });

  it('send requests, speak to the console, and find cookies', async () => {
    const server = await serving(({ target }) =>
      answered('200 OK', target === '/token' ? { 'Set-Cookie': 'session=s1; Path=/' } : {}, 'secret'),
    );
    const request = element('request', {
      request: { method: 'GET', url: server.url },
      event: [
        script(
          'prerequest',
          `pm.sendRequest('${server.url}/token', (error, response) => { console.log('got', response.text(), { a: [1] }); });`,
        ),
        script('test', "pm.test('cookie', () => pm.expect(pm.cookies.get('session')).to.equal('s1'));"),
        script(
          'test',
          `const jar = pm.cookies.jar();
           await jar.set('${server.url}', 'mine', 'm');
           const { code } = await pm.sendRequest('${server.url}/again');
           pm.test('waited for', () => pm.expect(code).to.equal(200));
           pm.test('kept', async () => pm.expect(await jar.get('${server.url}', 'mine')).to.equal('m'));`,
        ),
      ],
    });
    const events = await all({ lineage: [request] });
    expect(server.received.map(({ target }) => target)).toEqual(['/token', '/', '/again']);
    expect(server.received[1]?.headers).toContainEqual(['Cookie', 'session=s1']);
    expect(said(events)).toEqual(['got secret {\n  "a": [\n    1\n  ]\n}']);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'script-sent', when: 'prerequest', status: 200 }));
    expect(tests(events).map(({ name, outcome }) => [name, outcome])).toEqual([
      ['cookie', 'passed'],
      ['waited for', 'passed'],
      ['kept', 'passed'],
    ]);
    expect(outcomeOf(events).cookies.set.map(({ name }) => name)).toEqual(['session', 'mine']);
  });

  it('that throw do not stop the others, and tests that fail say why', async () => {
    const server = await serving();
    const request = element('request', {
      request: { method: 'GET', url: server.url },
      event: [
        script('prerequest', 'missing.member;'),
        script('test', "pm.test('no', () => pm.expect(1).to.equal(2)); pm.test['skip']('later', () => {});"),
      ],
    });
    const events = await all({ lineage: [request] });
    expect(events).toContainEqual({
      kind: 'script-failed',
      when: 'prerequest',
      error: { name: 'ReferenceError', message: 'missing is not defined', from: 'the request' },
    });
    expect(tests(events)).toMatchObject([
      { name: 'no', outcome: 'failed', message: 'expected 1 to equal 2' },
      { name: 'later', outcome: 'skipped' },
    ]);
  });

  it('can say not to send, and what comes next', async () => {
    const server = await serving();
    const request = element('request', {
      request: { method: 'GET', url: server.url },
      event: [script('prerequest', "pm.execution.setNextRequest('Other'); pm.execution.skipRequest();")],
    });
    const events = await all({ lineage: [request] });
    expect(server.received).toEqual([]);
    expect(events.map(({ kind }) => kind)).toEqual(['script', 'skipped', 'done']);
  });

  it('that never end are ended, and the request goes on', async () => {
    const server = await serving();
    const event = [script('prerequest', 'while (true) {}')];
    const lineage = [element('request', { request: { method: 'GET', url: server.url }, event })];
    const events = await all({ lineage }, { scriptTimeoutMs: 200 });
    expect(events.find(({ kind }) => kind === 'script-failed')).toBeDefined();
    expect(server.received).toHaveLength(1);
  });

  it('that take too much memory are ended, of objects or of bytes', async () => {
    for (const greedy of [
      'const a = []; while (true) a.push(new Array(1e5).fill(1));',
      'const a = []; while (true) a.push(Buffer.alloc(1e7, 1));',
    ]) {
      const event = [script('prerequest', greedy)];
      const lineage = [element('request', { request: { method: 'GET', url: 'http://127.0.0.1:1' }, event })];
      const failed = (await all({ lineage })).find(({ kind }) => kind === 'script-failed');
      expect(failed).toMatchObject({ error: { message: expect.stringContaining('memory') as string } });
    }
  });

  it('reach neither the disk nor other processes nor the environment', async () => {
    const escape = `
      const process = this.constructor.constructor('return typeof process === "undefined" ? null : process')();
      console.log(process === null ? 'no process' : Object.keys(process.env ?? {}).join());
      let fs = 'no require'; try { fs = typeof require('fs').readFileSync } catch (error) { fs = 'no fs' } console.log(fs);`;
    const lineage = [
      element('request', {
        request: { method: 'GET', url: 'http://127.0.0.1:1' },
        event: [script('prerequest', escape)],
      }),
    ];
    expect(said(await all({ lineage }))).toEqual(['no process', 'undefined']);
  });

  it('are not begun where there are none', async () => {
    const server = await serving();
    const lineage = [element('request', { request: { method: 'GET', url: server.url } })];
    const scripts = (): never => {
      throw new Error('none is to run');
    };
    expect((await all({ lineage }, { scripts })).map(({ kind }) => kind)).toContain('ended');
  });

  it('end when sending is stopped', async () => {
    const stop = new AbortController();
    const event = [script('prerequest', "console.log('running'); setTimeout(() => {}, 60000);")];
    const lineage = [element('request', { request: { method: 'GET', url: 'http://127.0.0.1:1' }, event })];
    const kinds: string[] = [];
    for await (const told of execute(options({ lineage }), stop.signal)) {
      kinds.push(told.kind);
      if (told.kind === 'said') stop.abort();
    }
    expect(kinds.slice(-2)).toEqual(['failed', 'done']);
  });
});

describe('what a request is sent with', () => {
  it('are variables in the order of Postman, local values before shared ones', async () => {
    const server = await serving();
    const row = (key: string, value: string) => ({ key, value });
    const environment = element(
      'environment',
      { values: [row('a', 'environment'), row('b', 'environment'), row('gone', 'x')] },
      [
        ['b', { value: 'local' }],
        ['gone', { unset: true }],
        ['only', { value: 'here' }],
      ],
    );
    const collection = element('collection', {
      variable: [row('a', 'collection'), row('c', 'collection'), row('f', 'collection')],
    });
    const folder = element('folder', { variable: [row('f', 'folder')] });
    const url = `${server.url}/{{a}}/{{b}}/{{c}}/{{f}}/{{g}}/{{only}}/{{gone}}/{{once}}/:part?q={{a}}`;
    const request = element('request', {
      request: { method: 'GET', url: { raw: url, ...urlParts(url), variable: [{ key: 'part', value: '{{c}}' }] } },
    });
    const events = await all({
      lineage: [request, folder, collection],
      environment,
      globals: [element('globals', { values: [row('a', 'globals'), row('g', 'globals')] })],
      values: { once: 'once' },
    });
    expect(server.received[0]?.target).toBe(
      '/environment/local/collection/folder/globals/here/%7B%7Bgone%7D%7D/once/collection?q=environment',
    );
    const composed = events.find((event) => event.kind === 'composed');
    expect(composed?.composed.unresolved).toEqual(['gone']);
  });

  it('is the authentication of the nearest that has one, and the settings of all', async () => {
    const server = await serving(() => answered('302 Found', { Location: '/elsewhere' }));
    const collection = element('collection', {
      auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}', type: 'string' }] },
      protocolProfileBehavior: { followRedirects: false },
    });
    const request = element('request', { request: { method: 'GET', url: server.url } });
    await all({ lineage: [request, collection], values: { token: 't1' } });
    expect(server.received).toHaveLength(1);
    expect(server.received[0]?.headers).toContainEqual(['Authorization', 'Bearer t1']);
  });

  it('is nothing where it is not valid: that is said, and never thrown', async () => {
    const events = await all({ lineage: [element('request', { request: { method: 'GET', url: '' } })] });
    expect(events.at(-2)).toMatchObject({ kind: 'failed', failure: { code: 'invalid-request' } });
    expect(events.at(-1)?.kind).toBe('done');
  });
});

function urlParts(url: string): object {
  const [address = '', query = ''] = url.split('?');
  const [, host = '', path = ''] = /^http:\/\/([^/]+)\/(.*)$/.exec(address) ?? [];
  const [name = '', port = ''] = host.split(':');
  const [key = '', value = ''] = query.split('=');
  return { protocol: 'http', host: name.split('.'), port, path: path.split('/'), query: [{ key, value }] };
}

function element(
  kind: string,
  data: object,
  local: SourceElement['local'] extends ReadonlyMap<infer K, infer V> ? [K, V][] : never = [],
): SourceElement {
  const name = `the ${kind}`;
  const named = kind === 'collection' ? { info: { name } } : { name };
  return { id: `${kind}-id`, kind, data: JSON.stringify({ ...named, ...data }), local: new Map(local) };
}

function script(listen: string, source: string): object {
  return { listen, script: { type: 'text/javascript', exec: source.split('\n') } };
}

function options(source: Partial<SendSource>, special: Partial<ExecutionOptions> = {}): ExecutionOptions {
  return {
    source: { lineage: [], environment: null, globals: [], localGlobals: new Map(), values: {}, ...source },
    sender: createEngine(),
    cookies: [],
    tokens: new Map(),
    file: async () => null,
    scripts: () => new ScriptProcess({ memoryBytesMax: 400 * 1024 * 1024 }),
    surroundings: () => ({
      ...{ timeoutMs: 10_000, responseBytesMax: RESPONSE_BYTES_MAX },
      ...{ certificate: null, authorities: null, proxy: { kind: 'none' } },
    }),
    scriptTimeoutMs: 20_000,
    now: () => NOW,
    ...special,
  };
}

async function all(source: Partial<SendSource>, special?: Partial<ExecutionOptions>): Promise<ExecutionEvent[]> {
  const events: ExecutionEvent[] = [];
  for await (const event of execute(options(source, special), new AbortController().signal)) events.push(event);
  return events;
}

function outcomeOf(events: readonly ExecutionEvent[]) {
  const last = events.at(-1);
  if (last?.kind !== 'done') throw new Error('It did not end.');
  return last.outcome;
}

function tests(events: readonly ExecutionEvent[]) {
  return events.flatMap((event) => (event.kind === 'tested' ? [event.test] : []));
}

function said(events: readonly ExecutionEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'said' ? [event.line.text] : []));
}

async function serving(answer?: Answering): Promise<Recorder> {
  const recorder = await Recorder.start(answer);
  open.push(recorder);
  return recorder;
}
