/**
 * URLs as people type them into an API client: with `{{variables}}` anywhere, `:path` variables, and nothing decoded or
 * encoded. What is taken apart here goes together again to the same text.
 */

export interface UrlText {
  readonly base: string;
  /** Without the `?`; null where there is none. */
  readonly query: string | null;
  /** Without the `#`; null where there is none. */
  readonly fragment: string | null;
}

export interface BaseParts {
  readonly protocol: string | null;
  readonly auth: { readonly user: string; readonly password: string | null } | null;
  readonly host: readonly string[];
  readonly port: string | null;
  /** Null where nothing follows the host; `['']` for a lone slash. */
  readonly path: readonly string[] | null;
}

/** A query parameter; without a `=` its value is null, and an empty piece has no key either. */
export interface QueryParameter {
  readonly key: string | null;
  readonly value: string | null;
}

export function splitUrl(raw: string): UrlText {
  const hash = indexOutside(raw, '#');
  const beforeHash = hash < 0 ? raw : raw.slice(0, hash);
  const mark = indexOutside(beforeHash, '?');
  return {
    base: mark < 0 ? beforeHash : beforeHash.slice(0, mark),
    query: mark < 0 ? null : beforeHash.slice(mark + 1),
    fragment: hash < 0 ? null : raw.slice(hash + 1),
  };
}

export function joinUrl({ base, query, fragment }: UrlText): string {
  return base + (query === null ? '' : `?${query}`) + (fragment === null ? '' : `#${fragment}`);
}

export function parseQuery(query: string | null): QueryParameter[] {
  if (query === null) return [];
  return splitOutside(query, '&').map((piece) => {
    if (piece === '') return { key: null, value: null };
    const equals = indexOutside(piece, '=');
    if (equals < 0) return { key: piece, value: null };
    return { key: piece.slice(0, equals), value: piece.slice(equals + 1) };
  });
}

/** The query of these parameters, null for none. Characters that would end a parameter are encoded, and no others. */
export function printQuery(parameters: readonly QueryParameter[]): string | null {
  if (parameters.length === 0) return null;
  return parameters.map(printParameter).join('&');
}

export function printParameter({ key, value }: QueryParameter): string {
  const name = encodeOutside(key ?? '', /[&#=]/g);
  return value === null ? name : `${name}=${encodeOutside(value, /[&#]/g)}`;
}

export function parseBase(base: string): BaseParts {
  const protocol = /^([^/]*?):\/\//.exec(base)?.[1] ?? null;
  const rest = protocol === null ? base : base.slice(protocol.length + 3);
  const slash = indexOutside(rest, '/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const pieces = splitOutside(authority, '@');
  const address = pieces.pop() ?? '';
  const port = /:(\d+|\{\{[^{}]*\}\})$/.exec(address);
  const host = port === null ? address : address.slice(0, port.index);
  return {
    protocol,
    auth: pieces.length === 0 ? null : parseAuth(pieces.join('@')),
    host: host === '' ? [] : host.startsWith('[') ? [host] : splitOutside(host, '.'),
    port: port?.[1] ?? null,
    path: slash < 0 ? null : splitOutside(rest.slice(slash + 1), '/'),
  };
}

export function printBase({ protocol, auth, host, port, path }: BaseParts): string {
  const scheme = protocol === null ? '' : `${protocol}://`;
  const user = auth === null ? '' : `${auth.user}${auth.password === null ? '' : `:${auth.password}`}@`;
  return (
    scheme + user + host.join('.') + (port === null ? '' : `:${port}`) + (path === null ? '' : `/${path.join('/')}`)
  );
}

/** Names of the `:variables` of a path, in their order, each once. */
export function pathVariableNames(path: readonly string[] | null): string[] {
  const names = (path ?? [])
    .filter((segment) => segment.length > 1 && segment.startsWith(':'))
    .map((segment) => segment.slice(1));
  return [...new Set(names)];
}

function parseAuth(text: string): { user: string; password: string | null } {
  const colon = indexOutside(text, ':');
  return colon < 0 ? { user: text, password: null } : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Where a character first stands outside of `{{…}}`, or -1: a variable's name may hold any character. */
function indexOutside(text: string, character: string, from = 0): number {
  let at = from;
  while (at < text.length) {
    if (text.startsWith('{{', at)) {
      const end = text.indexOf('}}', at + 2);
      if (end >= 0) {
        at = end + 2;
        continue;
      }
    }
    if (text[at] === character) return at;
    at += 1;
  }
  return -1;
}

function splitOutside(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (;;) {
    const at = indexOutside(text, separator, from);
    if (at < 0) return [...pieces, text.slice(from)];
    pieces.push(text.slice(from, at));
    from = at + 1;
  }
}

function encodeOutside(text: string, characters: RegExp): string {
  const encode = (plain: string): string => plain.replace(characters, (character) => encodeURIComponent(character));
  let out = '';
  let from = 0;
  for (const match of text.matchAll(/\{\{[^]*?\}\}/g)) {
    out += encode(text.slice(from, match.index)) + match[0];
    from = match.index + match[0].length;
  }
  return out + encode(text.slice(from));
}
