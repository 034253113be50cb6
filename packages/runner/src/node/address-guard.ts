/**
 * Which addresses a relay connects to: those of the public internet and those its administrator allows. Everything else is
 * refused where the connection is made, for the very address it is made to, so that no name can point elsewhere in between.
 */
import { lookup as systemLookup, promises as dns, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** IPv4, of IANA's registry of addresses for special purposes: what is not for everybody, everywhere. */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8, 'this network'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'shared by customers of a provider'],
  ['127.0.0.0', 8, 'loopback'],
  ['169.254.0.0', 16, 'link-local, and metadata of clouds'],
  ['168.63.129.16', 32, 'metadata of one cloud that uses a public address'],
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'for protocols'],
  ['192.0.2.0', 24, 'documentation'],
  ['192.88.99.0', 24, 'relays to IPv6'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'benchmarks'],
  ['198.51.100.0', 24, 'documentation'],
  ['203.0.113.0', 24, 'documentation'],
  ['224.0.0.0', 4, 'multicast'],
  ['240.0.0.0', 4, 'reserved, and broadcast'],
] as const;

/**
 * IPv6: only this is handed out to the public, so neither loopback, private, link-local and multicast addresses nor those
 * that stand for an IPv4 address (mapped, compatible, translated, NAT64) are in it.
 */
const PUBLIC_V6 = ['2000::', 3] as const;
/** Within it, what is not for everybody, and what carries an IPv4 address inside. */
const NOT_PUBLIC_V6 = [
  ['2001::', 23, 'for protocols, and Teredo'],
  ['2001:db8::', 32, 'documentation'],
  ['2002::', 16, '6to4'],
  ['3fff::', 20, 'documentation'],
] as const;

const notPublicV4 = new BlockList();
for (const [network, bits] of NOT_PUBLIC_V4) notPublicV4.addSubnet(network, bits, 'ipv4');
const publicV6 = new BlockList();
publicV6.addSubnet(...PUBLIC_V6, 'ipv6');
const notPublicV6 = new BlockList();
for (const [network, bits] of NOT_PUBLIC_V6) notPublicV6.addSubnet(network, bits, 'ipv6');

/** With the code that why-failed.ts knows. It does not say which address it was: that is nothing to whoever asks. */
export class AddressBlocked extends Error {
  readonly code = 'ERR_ADDRESS_BLOCKED';
}

/** All addresses of a name. Rejects where there are none. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

type Answer = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

export class AddressGuard {
  readonly #names = new Set<string>();
  readonly #allowed = new BlockList();
  readonly #resolve: Resolve;

  /** `allowed`: names of hosts, addresses and ranges (`10.0.0.0/8`). Throws for what is none of these. */
  constructor(allowed: readonly string[], resolve: Resolve = resolved) {
    this.#resolve = resolve;
    for (const entry of allowed) {
      const range = rangeOf(entry);
      if (range === null) this.#names.add(plainName(entry));
      else this.#allowed.addSubnet(range.network, range.bits, range.family);
    }
  }

  /** Whether nothing may be sent to this host for what it is called; a name is no more than that until it is looked up. */
  refuses(host: string): boolean {
    const bare = host.replace(/^\[(.*)\]$/, '$1');
    return isIP(bare) !== 0 && this.#refusesAddress(bare);
  }

  /** As `net.connect` takes it: what it answers is what is connected to. One refused address refuses the name. */
  readonly lookup = (host: string, options: LookupOptions, answer: Answer): void => {
    const name = plainName(host);
    this.#addressesOf(name).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || options.all === true) answer(null, addresses);
        else answer(null, first.address, first.family);
      },
      (error: unknown) => answer(error instanceof Error ? error : new Error(String(error)), []),
    );
  };

  async #addressesOf(name: string): Promise<LookupAddress[]> {
    // Named by the administrator: looked up as this machine does, which knows names that are in no DNS.
    if (this.#names.has(name)) return systemAddresses(name);
    const addresses = /(?:^|\.)localhost$/.test(name) ? await systemAddresses('localhost') : await this.#resolve(name);
    if (addresses.some(({ address }) => this.#refusesAddress(address))) throw new AddressBlocked(name);
    return [...addresses];
  }

  #refusesAddress(text: string): boolean {
    // What follows is the network card of a link-local address.
    const [address = ''] = text.split('%');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (this.#allowed.check(address, family)) return false;
    if (ownAddresses().check(address, family)) return true;
    if (family === 'ipv4') return notPublicV4.check(address, 'ipv4');
    return !publicV6.check(address, 'ipv6') || notPublicV6.check(address, 'ipv6');
  }
}

/** This machine's, public ones too: what listens there may trust who comes from here. Asked anew, since they change. */
function ownAddresses(): BlockList {
  const own = new BlockList();
  for (const { address, family } of Object.values(networkInterfaces()).flatMap((card) => card ?? [])) {
    own.addAddress(address, family === 'IPv4' ? 'ipv4' : 'ipv6');
  }
  return own;
}

interface Range {
  readonly network: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** Null for a name. Throws `TypeError` for a range that is none. */
function rangeOf(entry: string): Range | null {
  const [network = '', bitsText, ...more] = entry.split('/');
  const version = isIP(network);
  if (version === 0 && bitsText === undefined) return null;
  const max = version === 4 ? 32 : 128;
  const bits = bitsText === undefined ? max : /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : Number.NaN;
  if (version === 0 || more.length > 0 || !(bits <= max)) throw new TypeError(`"${entry}" is no range of addresses`);
  return { network, bits, family: version === 4 ? 'ipv4' : 'ipv6' };
}

function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

async function systemAddresses(name: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(name, { all: true }, (error, addresses) => (error === null ? resolve(addresses) : reject(error)));
  });
}

/**
 * Asks the name servers itself. The system's own way blocks one of the few threads that the whole process has for files and
 * hashes, for as long as somebody's name server pleases.
 */
async function resolved(name: string): Promise<readonly LookupAddress[]> {
  const resolver = new dns.Resolver({ timeout: 5_000, tries: 2 });
  const answers = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)]);
  const addresses = answers.flatMap((answer, at) =>
    answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family: at === 0 ? 4 : 6 })) : [],
  );
  if (addresses.length > 0) return addresses;
  throw Object.assign(new Error(name), { code: 'ENOTFOUND' });
}
