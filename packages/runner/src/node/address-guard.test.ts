import type { LookupAddress } from 'node:dns';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { AddressGuard } from './address-guard.ts';

const REFUSED = [
  ...[
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
  ],
  ...[
    '192.168.0.1',
    '169.254.169.254',
    '169.254.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '100.127.255.255',
    '168.63.129.16',
  ],
  ...['192.0.0.192', '192.0.2.1', '192.88.99.1', '198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1'],
  ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '::8.8.8.8',
    '::ffff:0:8.8.8.8',
  ],
  ...['64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::1', '100::1', 'fe80::1', 'fe80::1%eth0', 'fec0::1', 'fc00::1'],
  ...['fd00:ec2::254', 'fd12:3456::1', 'ff02::1', '2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2', '2001:db8::1'],
  ...['2002:7f00:1::1', '2002:808:808::1', '3fff::1', '5f00::1', '4000::1', 'e000::1'],
];
const PUBLIC = [
  ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1', '126.0.0.1', '128.0.0.1'],
  ...[
    '169.253.255.255',
    '169.255.0.1',
    '172.15.255.255',
    '172.32.0.1',
    '192.167.255.255',
    '192.169.0.1',
    '223.255.255.254',
  ],
  ...['2606:4700:4700::1111', '2a00:1450:4001::1', '2001:4860:4860::8888', '2400::1', '3ffe::1'],
];

const guardOf = (answers: Readonly<Record<string, readonly string[]>>, allowed: readonly string[] = []): AddressGuard =>
  new AddressGuard(allowed, async (name) => {
    const addresses = answers[name] ?? [];
    if (addresses.length === 0) throw Object.assign(new Error(name), { code: 'ENOTFOUND' });
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  });

async function lookedUp(guard: AddressGuard, host: string, all = true): Promise<readonly string[] | string> {
  return new Promise((resolve) => {
    guard.lookup(host, { all }, (error, found) => {
      if (error !== null) resolve('code' in error ? String(error.code) : error.message);
      else resolve(typeof found === 'string' ? [found] : found.map(({ address }: LookupAddress) => address));
    });
  });
}

describe('the guard of addresses', () => {
  it('lets through what is public, and nothing else, by number', () => {
    const guard = guardOf({});
    expect(REFUSED.filter((address) => !guard.refuses(address))).toEqual([]);
    expect(PUBLIC.filter((address) => guard.refuses(address))).toEqual([]);
    expect(REFUSED.filter((address) => address.includes(':') && !guard.refuses(`[${address}]`))).toEqual([]);
  });

  it('answers for a name only with what may be connected to', async () => {
    for (const address of REFUSED) {
      const guard = guardOf({ 'evil.example': [address] });
      for (const all of [true, false]) {
        expect([address, await lookedUp(guard, 'evil.example', all)]).toEqual([address, 'ERR_ADDRESS_BLOCKED']);
      }
    }
    const guard = guardOf({ 'good.example': ['1.1.1.1', '2606:4700:4700::1111'] });
    expect(await lookedUp(guard, 'good.example')).toEqual(['1.1.1.1', '2606:4700:4700::1111']);
    expect(await lookedUp(guard, 'GOOD.example.', false)).toEqual(['1.1.1.1']);
    expect(await lookedUp(guard, 'nowhere.example')).toBe('ENOTFOUND');
  });

  it('refuses a name that leads to a public address and another at once', async () => {
    for (const addresses of [
      ['1.1.1.1', '127.0.0.1'],
      ['10.0.0.1', '1.1.1.1'],
      ['1.1.1.1', '::ffff:10.0.0.1'],
    ]) {
      expect(await lookedUp(guardOf({ 'evil.example': addresses }), 'evil.example')).toBe('ERR_ADDRESS_BLOCKED');
    }
  });

  it('looks a name up for each connection, so that one that is pointed elsewhere meanwhile leads nowhere', async () => {
    const answers: Record<string, string[]> = { 'evil.example': ['1.1.1.1'] };
    const guard = guardOf(answers);
    expect(await lookedUp(guard, 'evil.example')).toEqual(['1.1.1.1']);
    answers['evil.example'] = ['127.0.0.1'];
    expect(await lookedUp(guard, 'evil.example')).toBe('ERR_ADDRESS_BLOCKED');
  });

  it('refuses what this machine is called by itself', async () => {
    const guard = guardOf({ localhost: ['1.1.1.1'], 'a.localhost': ['1.1.1.1'] });
    for (const name of ['localhost', 'LOCALHOST.', 'a.localhost']) {
      expect([name, await lookedUp(guard, name)]).toEqual([name, 'ERR_ADDRESS_BLOCKED']);
    }
    const own = Object.values(networkInterfaces()).flatMap((card) => card ?? []);
    expect(own.filter(({ address }) => !guard.refuses(address))).toEqual([]);
  });

  it('lets through what the administrator allows: a name, an address, a range, and no more', async () => {
    const answers = { 'build.lan': ['10.1.2.3'], 'other.lan': ['10.1.2.4'], 'evil.example': ['10.1.2.3'] };
    const byRange = guardOf(answers, ['10.1.2.0/24', 'fd00::/8']);
    expect(await lookedUp(byRange, 'build.lan')).toEqual(['10.1.2.3']);
    expect(['10.1.2.3', '[fd00::1]'].filter((address) => byRange.refuses(address))).toEqual([]);
    expect(['10.1.3.1', '127.0.0.1', '[fe80::1]'].filter((address) => !byRange.refuses(address))).toEqual([]);
    const byAddress = guardOf(answers, ['10.1.2.3']);
    expect(await lookedUp(byAddress, 'other.lan')).toBe('ERR_ADDRESS_BLOCKED');
    const byName = guardOf(answers, ['Localhost']);
    expect(await lookedUp(byName, 'localhost')).toContain('127.0.0.1');
    expect(byName.refuses('127.0.0.1')).toBe(true);
    expect(await lookedUp(byName, 'evil.example')).toBe('ERR_ADDRESS_BLOCKED');
    for (const wrong of ['10.0.0.0/33', '10.0.0.0/x', 'build.lan/8', '::/129', '10.0.0.0/']) {
      expect(() => new AddressGuard([wrong])).toThrow(TypeError);
    }
  });
});
