/** Comparing content with the server, page by page, by digest: what the checksum of sync does not see. */
import {
  DIGEST_PAGE_ELEMENTS_MAX,
  digestText,
  type Element,
  type ElementId,
  type Revision,
  WaypostError,
  type WorkspaceId,
} from '@waypost/protocol';
import type { Compression, Fetcher } from './ports.ts';
import { bytesOf, textOf } from './utf8.ts';

export interface CheckedReplica {
  readonly cursor: Revision;
  /** All elements, trashed ones included, in the order in which their bodies are read soonest. */
  readonly ids: readonly ElementId[];
  load(ids: readonly ElementId[]): Promise<ReadonlyMap<ElementId, Element>>;
}

interface DigestPage {
  readonly after: string | null;
  readonly to: string | null;
  readonly count: number;
  readonly digest: string;
}

export interface CheckTools {
  readonly workspace: WorkspaceId;
  readonly fetcher: Fetcher;
  readonly compression: Compression;
  readonly progress: (done: number, total: number) => void;
}

/** The elements that differ. `moved` where the server went on meanwhile: sync first, and compare again. */
export async function checkContent(
  replica: CheckedReplica,
  tools: CheckTools,
): Promise<readonly ElementId[] | 'moved'> {
  const { head, pages } = readPages(await ask(tools, {}));
  if (head !== replica.cursor) return 'moved';
  const digests = await digestsOf(replica, tools);
  const sorted = [...digests.keys()].sort();
  const differing = new Set<ElementId>();
  let at = 0;
  for (const page of pages) {
    const mine = new Map<ElementId, string>();
    for (; at < sorted.length && (page.to === null || (sorted[at] as string) <= page.to); at += 1)
      mine.set(sorted[at] as ElementId, digests.get(sorted[at] as ElementId) ?? '');
    if ((await digestOf([...mine.values()].join(''), tools.compression)) === page.digest) continue;
    for (const id of await differingIn(page, mine, tools)) differing.add(id);
  }
  for (; at < sorted.length; at += 1) differing.add(sorted[at] as ElementId);
  return [...differing];
}

async function differingIn(
  page: DigestPage,
  mine: ReadonlyMap<ElementId, string>,
  tools: CheckTools,
): Promise<ElementId[]> {
  const theirs = readElements(await ask(tools, { after: page.after, to: page.to }));
  const ids = new Set([...mine.keys(), ...theirs.keys()]);
  return [...ids].filter((id) => mine.get(id) !== theirs.get(id));
}

async function digestsOf(
  replica: CheckedReplica,
  { compression, progress }: CheckTools,
): Promise<Map<ElementId, string>> {
  const digests = new Map<ElementId, string>();
  for (let from = 0; from < replica.ids.length; from += DIGEST_PAGE_ELEMENTS_MAX) {
    const ids = replica.ids.slice(from, from + DIGEST_PAGE_ELEMENTS_MAX);
    const bodies = await replica.load(ids);
    for (const id of ids) {
      const element = bodies.get(id);
      digests.set(id, element === undefined ? '' : await digestOf(digestText(element), compression));
    }
    progress(digests.size, replica.ids.length);
  }
  return digests;
}

function digestOf(text: string, compression: Compression): Promise<string> {
  return compression.sha256(bytesOf(text));
}

async function ask({ workspace, fetcher }: CheckTools, body: unknown): Promise<unknown> {
  return JSON.parse(textOf(await fetcher.post(`/api/workspaces/${workspace}/digests`, body))) as unknown;
}

function readPages(value: unknown): { readonly head: Revision; readonly pages: readonly DigestPage[] } {
  if (!isRecord(value) || typeof value['head'] !== 'number' || !Array.isArray(value['pages'])) throw notUnderstood();
  return { head: value['head'], pages: value['pages'].map(readPage) };
}

function readPage(value: unknown): DigestPage {
  if (!isRecord(value) || typeof value['count'] !== 'number' || typeof value['digest'] !== 'string')
    throw notUnderstood();
  const bound = (name: string): string | null => (typeof value[name] === 'string' ? value[name] : null);
  return { after: bound('after'), to: bound('to'), count: value['count'], digest: value['digest'] };
}

function readElements(value: unknown): Map<ElementId, string> {
  if (!isRecord(value) || !Array.isArray(value['elements'])) throw notUnderstood();
  return new Map(
    value['elements'].map((pair: unknown) => {
      if (!Array.isArray(pair) || typeof pair[0] !== 'string' || typeof pair[1] !== 'string') throw notUnderstood();
      return [pair[0] as ElementId, pair[1]] as const;
    }),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notUnderstood(): WaypostError {
  return new WaypostError('bad-message', 'The server described its content in a way this device does not understand.');
}
