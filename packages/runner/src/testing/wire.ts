/** The same collection sent by newman and by Waypost to a recording server, and what arrived compared. */
import { randomUUID } from 'node:crypto';
import { importPostman } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import newman from 'newman';
import { RESPONSE_BYTES_MAX } from '../bounds.ts';
import { Jar } from '../cookie.ts';
import { execute } from '../execution.ts';
import type { Sender } from '../exchange.ts';
import type { SourceElement } from '../source.ts';
import type { Received, Recorder } from './recorder.ts';

/** What arrived for each request of the collection, in its order. */
export type Arrivals = readonly (readonly Received[])[];

export interface WireOptions {
  /** Text of files that requests name, by their `src`. For newman they are on disk. */
  readonly files?: ReadonlyMap<string, string>;
  readonly folder?: string;
  readonly environment?: object;
}

export async function sentByNewman(
  collection: object,
  recorder: Recorder,
  options: WireOptions = {},
): Promise<Arrivals> {
  const arrivals: Received[][] = [];
  const collect = (): void => {
    for (const received of recorder.received.splice(0)) arrivals.at(-1)?.push(received);
  };
  await new Promise<void>((resolve, reject) => {
    newman
      .run({
        collection: structuredClone(collection),
        ...(options.environment === undefined ? {} : { environment: structuredClone(options.environment) }),
        ...(options.folder === undefined ? {} : { workingDir: options.folder }),
        reporters: [],
      })
      .on('beforeItem', () => {
        collect();
        arrivals.push([]);
      })
      .on('done', (error) => (error === null ? resolve() : reject(error)));
  });
  collect();
  return arrivals;
}

export async function sentByUs(
  collection: object,
  recorder: Recorder,
  sender: Sender,
  { files = new Map(), environment }: WireOptions = {},
): Promise<Arrivals> {
  const arrivals: Received[][] = [];
  const jar = new Jar();
  const elements = importPostman(JSON.stringify(collection), { newId: () => randomUUID() as ElementId }).elements;
  const byId = new Map(elements.map((element) => [element.id, element]));
  for (const element of elements.filter(({ kind }) => kind === 'request')) {
    const lineage: SourceElement[] = [];
    for (let at = byId.get(element.id); at !== undefined; at = at.parent === null ? undefined : byId.get(at.parent)) {
      lineage.push({ id: at.id, kind: at.kind, data: at.data, local: new Map() });
    }
    const given =
      environment === undefined ? null : { id: 'e', kind: 'environment', data: JSON.stringify(environment) };
    const events = execute(
      {
        source: {
          ...{ lineage, globals: [], localGlobals: new Map(), values: {} },
          environment: given === null ? null : { ...given, local: new Map() },
        },
        ...{ sender, cookies: jar.all(Date.now()), tokens: new Map(), now: Date.now },
        file: async (src) => {
          const text = files.get(src);
          return text === undefined ? null : new Blob([text]);
        },
        scripts: () => {
          throw new Error('The comparison is of requests without scripts.');
        },
        surroundings: () => ({
          ...{ timeoutMs: null, responseBytesMax: RESPONSE_BYTES_MAX },
          ...{ certificate: null, authorities: null, proxy: { kind: 'none' } },
        }),
      },
      new AbortController().signal,
    );
    for await (const event of events) if (event.kind === 'done') jar.apply(event.outcome.cookies);
    arrivals.push(recorder.received.splice(0));
  }
  return arrivals;
}

/** As it is compared: what is random or told by a clock is named and not said. */
export function comparable(arrived: readonly Received[]): unknown {
  return arrived.map(({ method, target, headers, body }) => {
    const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
    const boundary = /boundary=(\S+)/.exec(type)?.[1];
    const withoutBoundary = (text: string): string =>
      boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY');
    return {
      method,
      target: target.replaceAll(/(X-Amz-(?:Date|Signature|Credential))=[^&]*/g, '$1=VARIED'),
      headers: headers.map(([name, value]) => `${name}: ${withoutBoundary(varied(name, value))}`).sort(),
      body: withoutBoundary(body.toString('latin1')),
    };
  });
}

/** Values that are never the same twice. */
function varied(name: string, value: string): string {
  switch (name.toLowerCase()) {
    case 'user-agent':
      // A difference on purpose: see docs/internals/sending.md.
      return /^(?:PostmanRuntime\/|Waypost$)/.test(value) ? 'OURS' : value;
    case 'postman-token':
      return /^[0-9a-f-]{36}$/.test(value) ? 'RANDOM' : value;
    case 'x-amz-date':
      return 'NOW';
    case 'authorization':
      return value
        .replaceAll(/(oauth_(?:nonce|timestamp|signature)=)"[^"]*"/g, '$1"VARIED"')
        .replaceAll(/((?:nonce|cnonce|ts|mac|response|timestamp|signature|Signature)=)("?)[^",;]*\2/g, '$1VARIED')
        .replace(/^NTLM \S{100,}$/, 'NTLM ANSWER')
        .replace(/^(Bearer ey[\w-]+\.)[\w-]+\.[\w-]+$/, '$1VARIED')
        .replace(/(Credential=[^/]+\/)\d{8}/, '$1TODAY');
    default:
      return value;
  }
}
