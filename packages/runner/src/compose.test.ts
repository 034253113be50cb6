import { importPostman, effectiveAuth } from '@waypost/model';
import { type ElementId, parseJson } from '@waypost/protocol';
import { describe, expect, it } from 'vitest';
import { compose } from './compose.ts';
import type { SendSource, SourceElement } from './source.ts';
import { hasCorpus, realCollections } from './testing/corpus.ts';

describe('a composed order', () => {
  it('has names made anew each time, in the shape they stand for', () => {
    const { order, unresolved } = composed({
      url: 'http://x/{{$guid}}/{{$timestamp}}',
      header: [{ key: 'X-Random', value: '{{$randomInt}} {{$randomEmail}}' }],
    });
    expect(order.request.url).toMatch(/^http:\/\/x\/[0-9a-f]{8}-[0-9a-f-]{27}\/\d{10}$/);
    expect(order.request.header[0]?.value).toMatch(/^\d{1,4} \S+@\S+$/);
    expect(unresolved).toEqual([]);
  });

  it('has the URL that is only a text', () => {
    const url = (value: unknown): string => composed({ url: value }).order.request.url;
    expect(url({ raw: 'http://x/a?b=1#c' })).toBe('http://x/a?b=1#c');
    expect(url({ raw: '{{host}}/:id', variable: [{ key: 'id', value: '7' }] })).toBe('{{host}}/7');
    expect(url({ raw: 'http://old/', host: ['x'], path: ['y'] })).toBe('x/y');
  });

  it('names what nothing gives a value, in what is sent and nowhere else', () => {
    const { unresolved } = composed({
      url: 'http://{{host}}/',
      header: [
        { key: '{{name}}', value: '{{value}}' },
        { key: 'off', value: '{{off}}', disabled: true },
      ],
      description: '{{description}}',
      auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}' }] },
      body: { mode: 'urlencoded', urlencoded: [{ key: 'a', value: '{{field}}' }], raw: '{{other mode}}' },
    });
    expect(unresolved).toEqual(['host', 'name', 'value', 'field', 'token']);
  });

  it('names the files it needs, each once', () => {
    const formdata = [
      { key: 'a', type: 'file', src: ['one', 'two'] },
      { key: 'b', type: 'file', src: 'one' },
      { key: 'c', type: 'file', src: 'off', disabled: true },
      { key: 'd', value: 'text', src: 'no file' },
    ];
    expect(composed({ url: 'x', body: { mode: 'formdata', formdata } }).files).toEqual(['one', 'two']);
    expect(composed({ url: 'x', body: { mode: 'file', file: { src: '{{path}}' } } }).files).toEqual(['{{path}}']);
  });

  it('has the settings of all that can be understood, and passes over the others', () => {
    const collection = element('collection', { protocolProfileBehavior: { maxRedirects: 3, followRedirects: false } });
    const request = element('request', {
      request: { url: 'http://x' },
      protocolProfileBehavior: { maxRedirects: null, strictSSL: 'no', followRedirects: true, strange: 1 },
    });
    expect(compose(source([request, collection])).order.behaviour).toEqual({ followRedirects: true });
  });

  it('is of the request that an example keeps', () => {
    const example = element('example', {
      name: 'Ok',
      originalRequest: { method: 'PUT', url: 'http://x/example' },
      code: 200,
    });
    const request = element('request', { name: 'R', request: { url: 'http://x/request' } });
    expect(compose(source([example, request])).order.request).toMatchObject({ method: 'PUT', url: 'http://x/example' });
  });

  it.runIf(hasCorpus)('has the authentication that the model says is in force, for every real request', () => {
    let compared = 0;
    for (const { name, collection } of realCollections()) {
      let count = 0;
      const newId = (): ElementId => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}` as ElementId;
      const elements = importPostman(JSON.stringify(collection), { newId }).elements;
      const byId = new Map(elements.map((one) => [one.id, one]));
      for (const request of elements.filter(({ kind }) => kind === 'request')) {
        const lineage: SourceElement[] = [];
        for (
          let at = byId.get(request.id);
          at !== undefined;
          at = at.parent === null ? undefined : byId.get(at.parent)
        ) {
          lineage.push({ id: at.id, kind: at.kind, data: at.data, local: new Map() });
        }
        const inForce = effectiveAuth(lineage.map(({ kind, data }) => ({ kind, data: parseJson(data) })));
        expect([name, request.id, compose(source(lineage)).order.auth?.type]).toEqual([
          name,
          request.id,
          inForce?.type,
        ]);
        compared += 1;
      }
    }
    process.stdout.write(`${compared} real requests have the authentication that the model says\n`);
  });
});

function composed(request: object) {
  return compose(source([element('request', { name: 'R', request })]));
}

function element(kind: string, data: object): SourceElement {
  return { id: kind, kind, data: JSON.stringify(data), local: new Map() };
}

function source(lineage: readonly SourceElement[]): SendSource {
  return { lineage, environment: null, globals: [], localGlobals: new Map(), values: {} };
}
