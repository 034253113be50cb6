import { RESPONSE_BYTES_MAX } from '@waypost/runner';
import { describe, expect, it } from 'vitest';
import { AUTHORITIES, CERTIFICATE, isFor, pemIn, SENDING, surroundingsFor } from './surroundings.ts';

const certificate = { kind: 'pem', certificate: 'C', key: 'K', passphrase: null } as const;

describe('what an order says besides the request', () => {
  it('is as this device keeps it for the workspace', () => {
    const proxy = { kind: 'given', url: 'http://proxy.test:3128', tunnel: false };
    const records = [
      { key: SENDING, value: JSON.stringify({ timeoutMs: 5_000, responseBytesMax: 1_000, proxy }) },
      { key: AUTHORITIES, value: 'A' },
      { key: `${CERTIFICATE}1`, value: JSON.stringify({ host: '*.bank.test', names: 'a.pem', certificate }) },
    ];
    const around = surroundingsFor(records);
    expect(around('https://api.bank.test/')).toEqual({
      ...{ timeoutMs: 5_000, responseBytesMax: 1_000, proxy, authorities: 'A', certificate },
    });
    expect(around('https://bank.test/').certificate).toBeNull();
  });

  it('is plain where nothing was said, or what was said cannot be read', () => {
    const plain = {
      ...{ timeoutMs: null, responseBytesMax: RESPONSE_BYTES_MAX, proxy: { kind: 'system' } },
      ...{ authorities: null, certificate: null },
    };
    expect(surroundingsFor([])('https://a.test')).toEqual(plain);
    expect(surroundingsFor([{ key: SENDING, value: '{' }])('https://a.test')).toEqual(plain);
  });

  it('sends a certificate to its own hosts alone, and never unsecured', () => {
    expect(isFor('api.test', 'https://api.test:8443/x')).toBe(true);
    expect(isFor('api.test:8443', 'https://api.test/x')).toBe(false);
    expect(isFor('api.test:443', 'https://api.test/x')).toBe(true);
    expect(isFor('api.test', 'http://api.test/')).toBe(false);
    expect(isFor('*.api.test', 'https://evilapi.test/')).toBe(false);
    expect(isFor('api.test', 'https://api.test.evil.test/')).toBe(false);
  });

  it('reads certificate and key from one file or two', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nk\n-----END PRIVATE KEY-----';
    const chain = ['1', '2'].map((one) => `-----BEGIN CERTIFICATE-----\n${one}\n-----END CERTIFICATE-----`).join('\n');
    expect(pemIn(`Bag Attributes\n${key}\n${chain}\n`)).toEqual({ certificate: chain, key });
    expect(pemIn('nothing')).toEqual({ certificate: '', key: '' });
  });
});
