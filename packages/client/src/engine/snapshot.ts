/** Fetching a snapshot: the skeleton first, which makes the tree usable, then the bodies, three at a time. */
import {
  type Chunk,
  type Manifest,
  manifestSchema,
  skeletonEntrySchema,
  WaypostError,
  type WorkspaceId,
} from '@waypost/protocol';
import { readSkeletonPage, type SkeletonSlot } from './pages.ts';
import type { Compression, Fetcher } from './ports.ts';
import { textOf } from './utf8.ts';

const PARALLEL_MAX = 3;

export interface SnapshotSource {
  readonly workspace: WorkspaceId;
  readonly fetcher: Fetcher;
  readonly compression: Compression;
  /** Chunks already here, by hash: what an interrupted download fetched is not fetched again. */
  readonly fetched: Map<string, Uint8Array>;
}

export interface SnapshotHead {
  readonly manifest: Manifest;
  readonly skeleton: readonly SkeletonSlot[];
}

export async function fetchSnapshotHead(source: SnapshotSource): Promise<SnapshotHead> {
  const manifest = await fetchManifest(source);
  const skeleton: SkeletonSlot[] = [];
  for (const chunk of manifest.skeleton) {
    for (const entry of await readSkeletonPage(await fetchChunk(source, chunk), source.compression)) {
      const valid = skeletonEntrySchema.safeParse(entry);
      if (!valid.success) throw new WaypostError('bad-message', 'The snapshot of this workspace is damaged.');
      skeleton.push(valid.data);
    }
  }
  const bodies = manifest.bodies.reduce((count, chunk) => count + chunk.count, 0);
  if (skeleton.length !== manifest.count || bodies !== manifest.count) {
    throw new WaypostError('bad-message', 'The snapshot of this workspace does not hold what it promises.');
  }
  return { manifest, skeleton };
}

/** All pages in order, skeleton and bodies. `progress` is told bodies done. */
export async function fetchSnapshotPages(
  source: SnapshotSource,
  manifest: Manifest,
  progress: (done: number) => void,
): Promise<Uint8Array[]> {
  const chunks = [...manifest.skeleton, ...manifest.bodies];
  const pages: Uint8Array[] = [];
  let [next, done] = [0, 0];
  const fetchSome = async (): Promise<void> => {
    for (let at = next; at < chunks.length; at = next) {
      next += 1;
      const chunk = chunks[at] as Chunk;
      pages[at] = await fetchChunk(source, chunk);
      if (at < manifest.skeleton.length) continue;
      done += chunk.count;
      progress(done);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_MAX }, fetchSome));
  return pages;
}

async function fetchManifest({ workspace, fetcher }: SnapshotSource): Promise<Manifest> {
  const value: unknown = JSON.parse(textOf(await fetcher.get(`/api/workspaces/${workspace}/snapshot`)));
  const manifest = manifestSchema.safeParse(value);
  if (manifest.success) return manifest.data;
  throw new WaypostError('bad-message', 'The server described its snapshot in a way this device does not understand.');
}

async function fetchChunk(
  { workspace, fetcher, compression, fetched }: SnapshotSource,
  { hash }: Chunk,
): Promise<Uint8Array> {
  const known = fetched.get(hash);
  if (known !== undefined) return known;
  const bytes = await fetcher.get(`/api/workspaces/${workspace}/snapshot/${hash}`, { raw: true });
  if ((await compression.sha256(bytes)) !== hash)
    throw new WaypostError('offline', 'A part of the snapshot was damaged on its way.');
  fetched.set(hash, bytes);
  return bytes;
}
