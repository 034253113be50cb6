import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { decodeClientMessage, decodeServerMessage, encodeMessage } from './codec.ts';
import { WaypostError } from './errors.ts';
import {
  clientMessageSchema,
  manifestSchema,
  PROTOCOL_VERSION,
  serverMessageSchema,
  skeletonEntrySchema,
} from './messages.ts';

/** What each protocol version looks like. A new version gets a new line; a published line never changes. */
const FINGERPRINTS: Readonly<Record<number, string>> = {
  1: '8a9a6f8356b7762f',
};

describe('the wire', () => {
  it('does not change without a new protocol version [WR3]', () => {
    const shapes = [clientMessageSchema, serverMessageSchema, manifestSchema, skeletonEntrySchema].map((schema) =>
      z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
    );
    const fingerprint = createHash('sha256').update(JSON.stringify(shapes)).digest('hex').slice(0, 16);
    expect(fingerprint, 'the wire changed: raise PROTOCOL_VERSION and add its fingerprint').toBe(
      FINGERPRINTS[PROTOCOL_VERSION],
    );
  });

  it('ignores message types from the future unless they are critical [WR4]', () => {
    expect(decodeServerMessage('{"type":"confetti","colour":"red"}')).toBe('ignored');
    expect(decodeClientMessage('{"type":"confetti"}')).toBe('ignored');
    expect(() => decodeServerMessage('{"type":"confetti","critical":true}')).toThrow(WaypostError);
  });

  it('says in a sentence what is wrong with a message [WR5]', () => {
    expect(() => decodeClientMessage('{"type":"pu')).toThrow('The message is not JSON.');
    expect(() => decodeClientMessage('{"type":"push","workspace":"x"}')).toThrow(
      /^The message is not valid: workspace/,
    );
    for (const text of ['null', '[]', '1', '"hello"', '{}'])
      expect(() => decodeClientMessage(text)).toThrow(WaypostError);
  });

  it('refuses a group named like a prototype [WR5]', () => {
    const change = (group: string): string =>
      JSON.stringify({
        type: 'push',
        workspace: '00000000-0000-4000-8000-000000000001',
        epoch: 'e',
        stream: '00000000-0000-4000-8000-000000000002',
        changes: [
          {
            n: 1,
            writes: [
              {
                op: 'set',
                id: '00000000-0000-4000-8000-000000000003',
                schema: 1,
                fields: [{ group, base: { revision: 0, value: { text: null } }, value: '1' }],
              },
            ],
          },
        ],
      });
    expect(decodeClientMessage(change('name'))).toHaveProperty('type', 'push');
    expect(() => decodeClientMessage(change('__proto__'))).toThrow(WaypostError);
  });

  it('keeps the text of data as it is, literals and all [GR1]', () => {
    const data = '{"2":1.0,"1":12345678901234567890,"a":"\\u00e9\\/"}';
    const device = '00000000-0000-4000-8000-00000000000d';
    const element = {
      ...{
        id: device,
        kind: 'request',
        schema: 1,
        parent: null,
        order: 'a0',
        revision: 1,
        created: [1, device],
        stamps: {},
      },
      ...{ trashed: null, by: { account: device, device }, at: 0, data, rows: {}, origin: null },
    };
    const delta = {
      ...{
        type: 'delta',
        workspace: device,
        epoch: 'e',
        life: '',
        from: 0,
        to: 1,
        elements: [element],
        gone: [],
        names: {},
      },
      ...{ sum: { a: 0, b: 0 }, more: false, own: { settled: null, conflicts: [] } },
    };
    const decoded = decodeServerMessage(JSON.stringify(delta));
    if (decoded === 'ignored' || decoded.type !== 'delta') throw new Error('not a delta');
    expect(decoded.elements[0]).toHaveProperty('data', data);
    expect(JSON.parse(encodeMessage(decoded))).toEqual(delta);
  });
});
