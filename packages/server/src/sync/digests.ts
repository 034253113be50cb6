/**
 * Digests of content, for devices that want to know whether theirs is equal: first of pages, then of the elements of a
 * page that differs. Both sides hash the same text (`digestText` of the protocol).
 */
import {
  type Actor,
  DIGEST_PAGE_ELEMENTS_MAX,
  digestText,
  type ElementId,
  type Epoch,
  type Revision,
  type WorkspaceId,
} from '@waypost/protocol';
import type { Packing } from './ports.ts';
import type { StoredElement, SyncReader, SyncStore } from './store.ts';

/** A page may have grown since it was listed; what is beyond is not told, and shows as different. */
const ELEMENTS_MAX = 2 * DIGEST_PAGE_ELEMENTS_MAX;

export interface DigestPorts {
  readonly store: SyncStore;
  readonly packing: Packing;
}

/** Ids above `after` (null: from the first), up to and including `to` (null: to the last). */
export interface IdRange {
  readonly after: ElementId | null;
  readonly to: ElementId | null;
}

export interface DigestPages {
  readonly epoch: Epoch;
  readonly head: Revision;
  readonly pages: readonly DigestPage[];
}

export interface DigestPage extends IdRange {
  readonly count: number;
  /** Of the elements' digests, one after the other. */
  readonly digest: string;
}

export type ElementDigest = readonly [ElementId, string];

/** All pages as of one moment; null where the actor may not see the workspace. */
export function digestPages(ports: DigestPorts, workspace: WorkspaceId, actor: Actor): Promise<DigestPages | null> {
  return ports.store.read(workspace, async (reader) => {
    const row = await reader.workspace();
    if (row === null || !(await isMember(reader, actor))) return null;
    const pages: DigestPage[] = [];
    let after: ElementId | null = null;
    for (;;) {
      const elements: StoredElement[] = await reader.elementsAfter(after, DIGEST_PAGE_ELEMENTS_MAX);
      const to: ElementId | null = elements.at(-1)?.id ?? null;
      if (to === null) break;
      const digests = await digestsOf(ports.packing, elements);
      const digest = await ports.packing.sha256(digests.map(([, one]) => one).join(''));
      pages.push({ after, to, count: elements.length, digest });
      after = to;
    }
    return { epoch: row.epoch, head: row.head, pages };
  });
}

/** The digests of one page's elements; null where the actor may not see the workspace. */
export function elementDigests(
  ports: DigestPorts,
  workspace: WorkspaceId,
  actor: Actor,
  { after, to }: IdRange,
): Promise<readonly ElementDigest[] | null> {
  return ports.store.read(workspace, async (reader) => {
    if (!(await isMember(reader, actor))) return null;
    const elements = await reader.elementsAfter(after, ELEMENTS_MAX);
    return digestsOf(
      ports.packing,
      elements.filter(({ id }) => to === null || id <= to),
    );
  });
}

async function isMember(reader: SyncReader, actor: Actor): Promise<boolean> {
  return (await reader.membership(actor.account)) !== null;
}

async function digestsOf(packing: Packing, elements: readonly StoredElement[]): Promise<ElementDigest[]> {
  const digests: ElementDigest[] = [];
  for (const element of elements) digests.push([element.id, await packing.sha256(digestText(element))]);
  return digests;
}
