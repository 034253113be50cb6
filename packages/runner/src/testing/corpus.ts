/** Real collections, made such that they can be sent to a server on this machine and to no other. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(
  process.env['WAYPOST_CORPUS'] ?? fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url)),
  'postman',
);

export const hasCorpus = existsSync(folder);

export interface RealCollection {
  readonly name: string;
  readonly collection: Readonly<Record<string, unknown>>;
  /** How many requests it has. */
  readonly requests: number;
}

export function realCollections(): RealCollection[] {
  if (!hasCorpus) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const json = JSON.parse(readFileSync(join(folder, name), 'utf8').replace(/^\uFEFF/, '')) as Record<
        string,
        unknown
      >;
      const collection = recordOf(json['collection'] ?? json);
      return Array.isArray(collection['item']) ? [{ name, collection, requests: requestsIn(collection) }] : [];
    });
}

/**
 * With every address replaced, no scripts, and no name that stands for something random; of its requests those that are
 * `kept`, by their number.
 */
export function harmless(
  collection: Readonly<Record<string, unknown>>,
  port: number,
  kept: (index: number) => boolean,
): Record<string, unknown> {
  let index = -1;
  const item = (value: unknown): unknown[] => {
    const { event: _event, response: _response, ...rest } = recordOf(value);
    if (Array.isArray(rest['item'])) return [{ ...rest, item: rest['item'].flatMap(item) }];
    index += 1;
    if (!kept(index)) return [];
    return [{ ...rest, request: redirected(rest['request'], port) }];
  };
  const { event: _event, variable, ...rest } = collection;
  const text = JSON.stringify({
    ...rest,
    ...(Array.isArray(variable) ? { variable: variable.map((row) => variableOf(row, port)) } : {}),
    item: (collection['item'] as readonly unknown[]).flatMap(item),
  });
  // Newman asks nobody for an access token, and we would ask a server elsewhere for one.
  const quiet = text.replaceAll(/"(?:client|password)_credentials"/g, '"authorization_code"');
  return JSON.parse(quiet.replaceAll(/\{\{\$(\w+)\}\}/g, 'made-$1')) as Record<string, unknown>;
}

function requestsIn(value: unknown): number {
  const { item } = recordOf(value);
  return Array.isArray(item) ? item.reduce((sum: number, child) => sum + requestsIn(child), 0) : 1;
}

/** A variable that holds an address holds ours. */
function variableOf(row: unknown, port: number): unknown {
  const { value, ...rest } = recordOf(row);
  return typeof value === 'string' ? { ...rest, value: addressed(value, port) } : row;
}

function redirected(request: unknown, port: number): unknown {
  if (typeof request === 'string') return atPort(request, port);
  const { url, auth, ...rest } = recordOf(request);
  return {
    ...rest,
    ...(auth === undefined ? {} : { auth }),
    ...(url === undefined ? {} : { url: redirectedUrl(url, port) }),
  };
}

function redirectedUrl(url: unknown, port: number): unknown {
  if (typeof url === 'string') return atPort(url, port);
  if (url === null) return url;
  const { raw, ...parts } = recordOf(url);
  const host = { protocol: 'http', host: ['127', '0', '0', '1'], port: String(port) };
  return {
    ...(typeof raw === 'string' ? { raw: atPort(raw, port) } : {}),
    ...parts,
    ...('host' in parts || 'path' in parts ? host : {}),
  };
}

/** The text of a URL with its protocol and host replaced; a name in their place too. */
function atPort(raw: string, port: number): string {
  const path = /^(?:[a-z]+:\/\/)?(?:\{\{[^}]*\}\}|[^/?#{])*([/?#].*)?$/is.exec(raw)?.[1] ?? '';
  return `http://127.0.0.1:${port}${path}`;
}

function addressed(text: string, port: number): string {
  return text.replaceAll(/(?:https?|wss?):\/\/[^\s/?#"'{}]+/gi, `http://127.0.0.1:${port}`);
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
