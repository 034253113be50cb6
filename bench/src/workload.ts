/**
 * The workspace that every contender syncs: folders of fifty Postman-like requests of about 1.2 KB each, the same on
 * every machine and in every process, and the edits that are made to it.
 */
import { strict as assert } from 'node:assert';

import { Random } from './random.ts';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

export interface BenchElement {
  readonly id: string;
  readonly kind: 'folder' | 'request';
  /** The folder's id; null for a folder, which stands at the top of the workspace. */
  readonly parent: string | null;
  /** Position among the siblings. */
  readonly position: number;
  /** What a person can edit: for a request name, method, url, header, body, description and event. */
  readonly fields: Readonly<Record<string, Json>>;
}

/** One edit: a person changes the URL of one request. The mark is in the URL, so that whoever sees it knows it. */
export interface Edit {
  readonly mark: number;
  readonly id: string;
  readonly url: PostmanUrl;
}

export interface MarkRange {
  readonly from: number;
  readonly count: number;
}

export interface PostmanUrl {
  readonly [member: string]: Json;
  readonly raw: string;
}

const requestsPerFolder = 50;
const meanBytes = { atLeast: 1_150, atMost: 1_300 };

const resources = ['orders', 'customers', 'invoices', 'payments', 'shipments', 'products', 'sessions'] as const;
const actions = ['List', 'Create', 'Fetch', 'Replace', 'Cancel', 'Archive', 'Search'] as const;
const methods = ['GET', 'GET', 'GET', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const cities = ['Lisbon', 'Osaka', 'Leipzig', 'Nairobi', 'Tromsø', 'Quito', 'Adelaide'] as const;
const remarks = [
  'Returns the matching entries, newest first, at most a hundred per page.',
  'Fails with 409 when the entry was changed since it was read.',
  'Needs the scope `write` and a token that is not older than an hour.',
  'The reply names the next page in its `Link` header.',
] as const;

/** The id of the request at `index`; random-looking, and computable without generating the rest. */
export function requestId(index: number): string {
  return new Random(0x51ed_0000 ^ index).uuid();
}

/** Yields `requestCount` requests, each folder before its requests. */
export function* workspaceElements(requestCount: number): Generator<BenchElement> {
  let bytes = 0;
  for (let index = 0; index < requestCount; index += 1) {
    const folder = Math.floor(index / requestsPerFolder);
    if (index % requestsPerFolder === 0) yield folderElement(folder);
    const request = requestElement(index, folderId(folder));
    bytes += JSON.stringify(request).length;
    yield request;
  }
  const mean = bytes / requestCount;
  assert(mean >= meanBytes.atLeast && mean <= meanBytes.atMost, `the mean request has ${mean} bytes, not about 1.2 KB`);
}

/** The edits for a range of marks, each of a different request as long as the range is within `requestCount`. */
export function editsFor(marks: MarkRange, requestCount: number): Edit[] {
  return Array.from({ length: marks.count }, (_, offset) => {
    const mark = marks.from + offset;
    const index = mark % requestCount;
    return { mark, id: requestId(index), url: postmanUrl(new Random(index), [{ key: 'mark', value: String(mark) }]) };
  });
}

/** The mark of an edit in a URL, or null when the URL is as generated. */
export function markOf(rawUrl: string): number | null {
  const found = /[?&]mark=(\d+)/.exec(rawUrl);
  return found ? Number(found[1]) : null;
}

function folderId(folder: number): string {
  return new Random(0xf01d_0000 ^ folder).uuid();
}

function folderElement(folder: number): BenchElement {
  const name = `${resources[folder % resources.length] ?? 'misc'} ${folder + 1}`;
  return { id: folderId(folder), kind: 'folder', parent: null, position: folder, fields: { name } };
}

function requestElement(index: number, parent: string): BenchElement {
  const random = new Random(index);
  const url = postmanUrl(random, [
    { key: 'limit', value: String(10 + random.below(90)) },
    { key: 'sort', value: '-created' },
  ]);
  const method = random.pick(methods);
  const name = `${random.pick(actions)} ${random.pick(resources)} ${index + 1}`;
  const fields = {
    name,
    method,
    url,
    header: headers(random),
    body: body(random),
    description: `${random.pick(remarks)} ${random.pick(remarks)}`,
    event: [{ listen: 'test', script: { type: 'text/javascript', exec: testScript(random) } }],
  };
  return { id: requestId(index), kind: 'request', parent, position: index % requestsPerFolder, fields };
}

function postmanUrl(random: Random, query: readonly { key: string; value: string }[]): PostmanUrl {
  const path = ['v2', random.pick(resources), `:id`, random.hex(12)];
  const search = query.map(({ key, value }) => `${key}=${value}`).join('&');
  return {
    raw: `{{baseUrl}}/${path.join('/')}?${search}`,
    host: ['{{baseUrl}}'],
    path,
    query,
    variable: [{ key: 'id', value: String(random.below(100_000)) }],
  };
}

function headers(random: Random): Json {
  return [
    { key: 'Accept', value: 'application/json' },
    { key: 'Authorization', value: 'Bearer {{token}}' },
    { key: 'X-Request-Id', value: random.uuid(), type: 'text' },
  ];
}

function body(random: Random): Json {
  const raw = JSON.stringify(
    {
      reference: random.hex(16),
      customer: { id: random.below(1_000_000), city: random.pick(cities), email: `${random.hex(8)}@example.com` },
      amount: random.below(100_000) / 100,
    },
    null,
    2,
  );
  return { mode: 'raw', raw, options: { raw: { language: 'json' } } };
}

function testScript(random: Random): Json {
  return [
    'pm.test("status is expected", () => {',
    `  pm.response.to.have.status(${random.pick([200, 201, 204])});`,
    '});',
    `pm.environment.set("last${random.below(100)}", pm.response.json().id);`,
  ];
}
