/** Cookies as a person sees and writes them. */
import type { Cookie } from '@waypost/runner';

export function byDomain(
  cookies: readonly Cookie[],
): { readonly domain: string; readonly cookies: readonly Cookie[] }[] {
  const groups = Map.groupBy(cookies, ({ domain }) => domain);
  return [...groups]
    .map(([domain, its]) => ({ domain, cookies: its.toSorted((one, other) => one.name.localeCompare(other.name)) }))
    .toSorted((one, other) => one.domain.localeCompare(other.domain));
}

/** A cookie as `Set-Cookie` writes it; or what is wrong with it. */
export function newCookie(host: string, text: string, now: number): Cookie | string {
  const [pair = '', ...attributes] = text.split(';').map((part) => part.trim());
  const equals = pair.indexOf('=');
  if (equals < 1) return 'Write the name, =, and the value.';
  const given = URL.parse(/^[a-z]+:\/\//i.test(host.trim()) ? host.trim() : `http://${host.trim()}`)?.hostname ?? '';
  const said = new Map(attributes.map(split));
  const domain = (said.get('domain') ?? given).replace(/^\./, '').toLowerCase();
  if (domain === '') return 'Say which domain it is for.';
  const expiresAt = expiryOf(said, now);
  if (Number.isNaN(expiresAt)) return 'The time when it expires cannot be read.';
  const sameSite = said.get('samesite')?.toLowerCase();
  return {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    domain,
    hostOnly: !said.has('domain'),
    path: said.get('path')?.startsWith('/') === true ? (said.get('path') ?? '/') : '/',
    expiresAt,
    secure: said.has('secure'),
    httpOnly: said.has('httponly'),
    sameSite: sameSite === 'strict' || sameSite === 'lax' || sameSite === 'none' ? sameSite : null,
    createdAt: now,
  };
}

function split(attribute: string): [name: string, value: string] {
  const equals = attribute.indexOf('=');
  if (equals < 0) return [attribute.toLowerCase(), ''];
  return [attribute.slice(0, equals).trim().toLowerCase(), attribute.slice(equals + 1).trim()];
}

function expiryOf(said: ReadonlyMap<string, string>, now: number): number | null {
  const age = said.get('max-age');
  if (age !== undefined) return now + Number(age) * 1_000;
  const expires = said.get('expires');
  return expires === undefined ? null : Date.parse(expires);
}
