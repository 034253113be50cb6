/**
 * What an order says besides the request: limits, proxy, certificates. Kept for each workspace on this device, and never
 * synced.
 */
import { type ClientCertificate, type LocalRecord, type Proxy, RESPONSE_BYTES_MAX } from '@waypost/runner';
import type { Surroundings } from '@waypost/runner/sending';
import * as z from 'zod/mini';

/** How requests of a workspace go out from here. How one likes it, not what one works on. */
export const SENDING = 'window/sending';
/** Certificates are work: nobody has them anywhere else, perhaps. */
export const CERTIFICATE = 'certificate/';
export const AUTHORITIES = 'authorities';

const preferencesSchema = z.object({
  timeoutMs: z.nullable(z.number().check(z.positive())),
  responseBytesMax: z.number().check(z.positive(), z.lte(RESPONSE_BYTES_MAX)),
  proxy: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('system') }),
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('given'), url: z.string(), tunnel: z.boolean() }),
  ]),
});

export interface Preferences {
  readonly timeoutMs: number | null;
  readonly responseBytesMax: number;
  readonly proxy: Proxy;
}

const PLAIN: Preferences = { timeoutMs: null, responseBytesMax: RESPONSE_BYTES_MAX, proxy: { kind: 'system' } };

const certificateSchema = z.object({
  host: z.string(),
  names: z.string(),
  certificate: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('pem'), certificate: z.string(), key: z.string(), passphrase: z.nullable(z.string()) }),
    z.object({ kind: z.literal('pfx'), pfx: z.string(), passphrase: z.nullable(z.string()) }),
  ]),
});

export interface KeptCertificate {
  /** As the record is called. */
  readonly key: string;
  /** `api.example.org`, `*.example.org`, and with `:8443` that port alone. */
  readonly host: string;
  /** Of the files it came from, to tell it by. */
  readonly names: string;
  readonly certificate: ClientCertificate;
}

export function preferencesIn(records: readonly LocalRecord[]): Preferences {
  const written = records.find(({ key }) => key === SENDING)?.value;
  const parsed = written === undefined ? null : preferencesSchema.safeParse(jsonOf(written));
  return parsed?.success === true ? parsed.data : PLAIN;
}

export function certificatesIn(records: readonly LocalRecord[]): KeptCertificate[] {
  return records.flatMap(({ key, value }) => {
    const parsed = key.startsWith(CERTIFICATE) ? certificateSchema.safeParse(jsonOf(value)) : null;
    return parsed?.success === true ? [{ key, ...parsed.data }] : [];
  });
}

export function authoritiesIn(records: readonly LocalRecord[]): string | null {
  return records.find(({ key }) => key === AUTHORITIES)?.value ?? null;
}

export function surroundingsFor(records: readonly LocalRecord[]): (url: string) => Surroundings {
  const { timeoutMs, responseBytesMax, proxy } = preferencesIn(records);
  const certificates = certificatesIn(records);
  const authorities = authoritiesIn(records);
  return (url) => ({
    ...{ timeoutMs, responseBytesMax, proxy, authorities },
    certificate: certificates.find(({ host }) => isFor(host, url))?.certificate ?? null,
  });
}

/** Whether a certificate for these hosts goes to this address. */
export function isFor(host: string, address: string): boolean {
  const url = URL.parse(address);
  if (url?.protocol !== 'https:') return false;
  const [, name = '', port] = /^(.*?)(?::(\d+))?$/.exec(host.trim().toLowerCase()) ?? [];
  if (port !== undefined && port !== (url.port === '' ? '443' : url.port)) return false;
  return name.startsWith('*.') ? url.hostname.endsWith(name.slice(1)) : url.hostname === name;
}

/** The PEM blocks of a file that holds some. */
export function pemIn(text: string): { readonly certificate: string; readonly key: string } {
  const blocks = [...text.matchAll(/-----BEGIN ([^-]+)-----[^]*?-----END \1-----/g)];
  const of = (pattern: RegExp): string =>
    blocks
      .filter(([, kind = '']) => pattern.test(kind))
      .map(([block]) => block)
      .join('\n');
  return { certificate: of(/^(TRUSTED )?CERTIFICATE$/), key: of(/PRIVATE KEY$/) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
