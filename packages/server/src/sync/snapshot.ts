/**
 * Snapshots for devices that have nothing: immutable compressed chunks, a skeleton that makes the tree usable and then
 * the bodies, made once for all devices and kept while the delta above them stays small.
 *
 * Elements stand in the order of the tree, so that what is alike lies together: gzip sees only 32 KB back. Bodies are
 * read in that order in a second pass, so that the whole workspace is never in memory.
 */
import {
  type Actor,
  byOrder,
  type Chunk,
  type DeviceId,
  type ElementId,
  glanceAt,
  type Manifest,
  type Schemas,
  type SkeletonEntry,
  wireElement,
  type WorkspaceId,
} from '@waypost/protocol';
import { devicesIn, utf8Bytes } from './delta.ts';
import type { Mac, Packing } from './ports.ts';
import { sealCursor } from './rollback.ts';
import type { StoredElement, SyncReader, SyncStore, WorkspaceRow } from './store.ts';

/** Of JSON in one chunk: enough to compress well, little enough to fetch again when it breaks off. */
const CHUNK_BYTES = 1024 * 1024;
/** Elements in memory at a time while reading. */
const ROWS_PER_STEP = 200;
/** Beyond either of these, another snapshot is cheaper for a device than the delta. */
const CHANGED_SHARE_MAX = 0.1;
const CHANGED_ELEMENTS_MAX = 2_000;
/** Manifests kept; a workspace that nobody joined for long is made anew. */
const MANIFESTS_MAX = 200;
/** A workspace that grows below the reading must not keep anyone for ever. */
const TRIES_MAX = 3;

/** Where chunks lie, on disk or in memory. May lose any of them: devices then begin again with the manifest. */
export interface ChunkCache {
  put(workspace: WorkspaceId, hash: string, bytes: Uint8Array): Promise<void>;
  get(workspace: WorkspaceId, hash: string): Promise<Uint8Array | null>;
  /** Forgets the workspace's other chunks. */
  keepOnly(workspace: WorkspaceId, hashes: ReadonlySet<string>): Promise<void>;
}

export interface SnapshotPorts {
  readonly store: SyncStore;
  readonly schemas: Schemas;
  readonly mac: Mac;
  readonly packing: Packing;
  readonly chunks: ChunkCache;
}

export class Snapshots {
  readonly #ports: SnapshotPorts;
  /** The least recently asked for first. */
  readonly #manifests = new Map<WorkspaceId, Manifest>();
  readonly #building = new Map<WorkspaceId, Promise<void>>();

  constructor(ports: SnapshotPorts) {
    this.#ports = ports;
  }

  /** The manifest of a snapshot that a delta leads on from; null where the actor may not have it. */
  async manifest(workspace: WorkspaceId, actor: Actor): Promise<Manifest | null> {
    for (let tries = 0; ; tries += 1) {
      const known = this.#manifests.get(workspace);
      const standing = await this.#ports.store.read(workspace, (reader) => standingOf(reader, actor, known ?? null));
      if (standing === 'forbidden') return null;
      const isUsable = standing === 'fresh' || (standing === 'stale' && tries >= TRIES_MAX);
      if (known !== undefined && isUsable) {
        this.#remember(workspace, known);
        return known;
      }
      if (tries > 2 * TRIES_MAX) throw new Error(`a snapshot of ${workspace} is below the floor whenever it is done`);
      await this.#built(workspace);
    }
  }

  /** The bytes of a chunk; null where the actor may not have it, or it is no longer kept. */
  async chunk(workspace: WorkspaceId, actor: Actor, hash: string): Promise<Uint8Array | null> {
    const isMember = await this.#ports.store.read(
      workspace,
      async (reader) => (await reader.membership(actor.account)) !== null,
    );
    if (!isMember) return null;
    const bytes = await this.#ports.chunks.get(workspace, hash);
    // The cache lost it: nobody may be sent for it again.
    if (bytes === null && hashesOf(this.#manifests.get(workspace)).includes(hash)) this.#manifests.delete(workspace);
    return bytes;
  }

  /** One build at a time per workspace; who asks meanwhile waits for it. */
  async #built(workspace: WorkspaceId): Promise<void> {
    const building = this.#building.get(workspace) ?? this.#build(workspace);
    this.#building.set(workspace, building);
    try {
      await building;
    } finally {
      this.#building.delete(workspace);
    }
  }

  async #build(workspace: WorkspaceId): Promise<void> {
    const before = this.#manifests.get(workspace);
    const manifest = await this.#ports.store.read(workspace, async (reader) => {
      const row = await reader.workspace();
      return row === null ? null : buildSnapshot(this.#ports, reader, row);
    });
    if (manifest === null) return;
    this.#remember(workspace, manifest);
    // A device may still be fetching the one before.
    await this.#ports.chunks.keepOnly(workspace, new Set([...hashesOf(manifest), ...hashesOf(before)]));
  }

  #remember(workspace: WorkspaceId, manifest: Manifest): void {
    this.#manifests.delete(workspace);
    this.#manifests.set(workspace, manifest);
    for (const [oldest] of this.#manifests) {
      if (this.#manifests.size <= MANIFESTS_MAX) break;
      this.#manifests.delete(oldest);
    }
  }
}

function hashesOf(manifest: Manifest | undefined): string[] {
  return manifest === undefined ? [] : [...manifest.skeleton, ...manifest.bodies].map(({ hash }) => hash);
}

/** `stale`: right, but much has changed since. `useless`: no delta leads on from it. */
async function standingOf(
  reader: SyncReader,
  actor: Actor,
  manifest: Manifest | null,
): Promise<'forbidden' | 'fresh' | 'stale' | 'useless'> {
  const row = await reader.workspace();
  if (row === null || (await reader.membership(actor.account)) === null) return 'forbidden';
  if (manifest === null || manifest.epoch !== row.epoch) return 'useless';
  if (manifest.head < row.floor || manifest.head > row.head) return 'useless';
  const changedMax = Math.min(CHANGED_ELEMENTS_MAX, Math.floor(row.elements * CHANGED_SHARE_MAX));
  const changed = manifest.head === row.head ? [] : await reader.changedAbove(manifest.head, changedMax + 1);
  return changed.length > changedMax ? 'stale' : 'fresh';
}

async function buildSnapshot(ports: SnapshotPorts, reader: SyncReader, row: WorkspaceRow): Promise<Manifest> {
  const { entries, devices } = await readSkeleton(ports.schemas, reader);
  const ordered = inTreeOrder(entries);
  const skeleton = new ChunkWriter(ports, row.id);
  for (const { text } of ordered) await skeleton.add(text);
  const bodies = new ChunkWriter(ports, row.id);
  for (let at = 0; at < ordered.length; at += ROWS_PER_STEP) {
    const ids = ordered.slice(at, at + ROWS_PER_STEP).map(({ id }) => id);
    const found = new Map((await reader.rows(ids)).map((element) => [element.id, element]));
    for (const id of ids) {
      const element = found.get(id);
      if (element === undefined || element.gone) throw new Error(`element ${id} vanished inside one read`);
      await bodies.add(JSON.stringify(wireElement(element)));
    }
  }
  return {
    workspace: row.id,
    epoch: row.epoch,
    life: sealCursor(ports.mac, row, row.head),
    head: row.head,
    count: ordered.length,
    sum: row.sum,
    names: await reader.names([...devices]),
    skeleton: await skeleton.finish(),
    bodies: await bodies.finish(),
  };
}

/** What is kept of an element between the passes. */
interface Entry {
  readonly id: ElementId;
  readonly parent: ElementId | null;
  readonly order: string;
  /** Its skeleton entry. */
  readonly text: string;
}

async function readSkeleton(
  schemas: Schemas,
  reader: SyncReader,
): Promise<{ readonly entries: Entry[]; readonly devices: ReadonlySet<DeviceId> }> {
  const entries: Entry[] = [];
  const devices = new Set<DeviceId>();
  let after: ElementId | null = null;
  for (;;) {
    const step: StoredElement[] = await reader.elementsAfter(after, ROWS_PER_STEP);
    for (const element of step) {
      const { id, parent, order } = element;
      entries.push({ id, parent, order, text: JSON.stringify(skeletonEntry(schemas, element)) });
    }
    for (const device of devicesIn(step, [])) devices.add(device);
    if (step.length < ROWS_PER_STEP) return { entries, devices };
    after = step.at(-1)?.id ?? null;
  }
}

function skeletonEntry(schemas: Schemas, element: StoredElement): SkeletonEntry {
  const { id, kind, parent, order, data, revision, trashed } = element;
  const { name, detail } = schemas(kind).label(glanceAt(data));
  return [id, kind, parent, order, name, detail, revision, trashed === null ? 0 : 1];
}

/** Each element followed by what is below it, in the order in which a person sees it. */
function inTreeOrder(entries: readonly Entry[]): Entry[] {
  const known = new Set(entries.map(({ id }) => id));
  const below = new Map<ElementId | null, Entry[]>();
  for (const entry of entries) {
    const parent = entry.parent !== null && known.has(entry.parent) ? entry.parent : null;
    const siblings = below.get(parent);
    if (siblings === undefined) below.set(parent, [entry]);
    else siblings.push(entry);
  }
  const ordered: Entry[] = [];
  // The next one to take is last.
  const waiting = (below.get(null) ?? []).sort(byOrder).reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    ordered.push(next);
    for (const child of (below.get(next.id) ?? []).sort(byOrder).reverse()) waiting.push(child);
  }
  return ordered;
}

/** Gathers JSON values into chunks. */
class ChunkWriter {
  readonly #ports: SnapshotPorts;
  readonly #workspace: WorkspaceId;
  readonly #chunks: Chunk[] = [];
  #texts: string[] = [];
  #bytes = 0;

  constructor(ports: SnapshotPorts, workspace: WorkspaceId) {
    this.#ports = ports;
    this.#workspace = workspace;
  }

  async add(text: string): Promise<void> {
    const bytes = utf8Bytes(text) + 1;
    if (this.#bytes > 0 && this.#bytes + bytes > CHUNK_BYTES) await this.#close();
    this.#texts.push(text);
    this.#bytes += bytes;
  }

  async finish(): Promise<Chunk[]> {
    if (this.#texts.length > 0) await this.#close();
    return this.#chunks;
  }

  async #close(): Promise<void> {
    const { packing, chunks } = this.#ports;
    const packed = await packing.gzip(`[${this.#texts.join(',')}]`);
    const hash = await packing.sha256(packed);
    await chunks.put(this.#workspace, hash, packed);
    // One comma less than texts, and two brackets.
    const rawBytes = this.#bytes + 1;
    this.#chunks.push({ hash, bytes: packed.length, rawBytes, count: this.#texts.length });
    this.#texts = [];
    this.#bytes = 0;
  }
}
