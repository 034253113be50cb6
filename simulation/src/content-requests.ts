/**
 * What devices fetch besides the conversation: snapshots, elements too large for a frame, digests of content. A snapshot may
 * be an older one, as long as no tombstone above it was collected; the delta follows.
 */
import type { Fetcher } from '@waypost/client';
import {
  type ActorNames,
  byOrder,
  type Chunk,
  digestText,
  type ElementId,
  type Manifest,
  parseJson,
  type SkeletonEntry,
  WaypostError,
  wireElement,
  type WorkspaceId,
} from '@waypost/protocol';
import type { MemoryDatabase } from '@waypost/server/memory';
import { sealCursor, type StoredElement } from '@waypost/server/sync';
import { packing } from './compression.ts';
import type { DeviceEntry, Directory } from './directory.ts';
import { schemas } from './kinds.ts';
import { mac } from './mac.ts';

const ALL = Number.MAX_SAFE_INTEGER;
/** Few, so that a snapshot of a run has several chunks. */
const CHUNK_ELEMENTS = 12;

type Workspace = NonNullable<ReturnType<MemoryDatabase['content']['workspaces']['get']>>;

interface Snapshot {
  readonly manifest: Manifest;
  readonly chunks: ReadonlyMap<string, Uint8Array>;
}

export class ContentRequests {
  readonly #database: MemoryDatabase;
  readonly #directory: Directory;
  readonly #asked: (device: DeviceEntry, element: ElementId) => void;
  readonly #snapshots = new Map<WorkspaceId, Snapshot>();
  /** Of all snapshots: a download may outlive its manifest. */
  readonly #chunks = new Map<string, Uint8Array>();

  /** `asked` is told who fetches which element by itself. */
  constructor(
    database: MemoryDatabase,
    directory: Directory,
    asked: (device: DeviceEntry, element: ElementId) => void,
  ) {
    this.#database = database;
    this.#directory = directory;
    this.#asked = asked;
  }

  /** The response body. Throws WaypostError as the server answers. */
  async answer(device: DeviceEntry, path: string, body: unknown): Promise<Uint8Array> {
    const [, , , id = '', what = '', name = ''] = path.split('/');
    const workspace = this.#database.content.workspaces.get(id as WorkspaceId);
    if (!this.#directory.isActive(device)) throw new WaypostError('signed-out');
    if (workspace === undefined || this.#directory.role(workspace.row.id, device.account) === null)
      throw new WaypostError('no-workspace');
    if (what === 'snapshot' && name === '') return bytes(await this.#manifest(workspace));
    if (what === 'snapshot') return this.#chunk(name);
    if (what === 'elements') {
      this.#asked(device, name as ElementId);
      return bytes(this.#element(workspace, name as ElementId));
    }
    if (what === 'digests') return bytes(await digests(workspace, body as DigestRequest));
    throw new WaypostError('not-found');
  }

  async #manifest(workspace: Workspace): Promise<Manifest> {
    const { row } = workspace;
    const known = this.#snapshots.get(row.id);
    const changed = known === undefined ? ALL : row.head - known.manifest.head;
    const fits =
      known !== undefined && known.manifest.epoch === row.epoch && known.manifest.head >= row.floor && changed >= 0;
    if (fits && changed < 10) return known.manifest;
    const made = await snapshotOf(workspace, this.#names(workspace));
    this.#snapshots.set(row.id, made);
    for (const [hash, chunk] of made.chunks) this.#chunks.set(hash, chunk);
    return made.manifest;
  }

  #chunk(hash: string): Uint8Array {
    const chunk = this.#chunks.get(hash);
    if (chunk === undefined) throw new WaypostError('not-found');
    return chunk;
  }

  #element(workspace: Workspace, id: ElementId): unknown {
    const [row] = workspace.rows([id]);
    if (row === undefined || row.gone) throw new WaypostError('not-found');
    return wireElement(row);
  }

  #names(workspace: Workspace): ActorNames {
    const names: ActorNames = {};
    for (const { by } of workspace.elementsAfter(null, ALL)) {
      const device = this.#database.content.devices.get(by.device);
      if (device !== undefined)
        names[by.device] = { account: device.account, email: device.email, device: device.name };
    }
    return names;
  }
}

async function snapshotOf(workspace: Workspace, names: ActorNames): Promise<Snapshot> {
  const { row } = workspace;
  const elements = workspace.elementsAfter(null, ALL).sort(byOrder);
  const chunks = new Map<string, Uint8Array>();
  const keep = async (values: readonly unknown[]): Promise<Chunk> => {
    const text = JSON.stringify(values);
    const packed = await packing.gzip(text);
    const hash = await packing.sha256(packed);
    chunks.set(hash, packed);
    return { hash, bytes: packed.length, rawBytes: text.length, count: values.length };
  };
  const bodies: Chunk[] = [];
  for (let at = 0; at < elements.length; at += CHUNK_ELEMENTS) {
    bodies.push(await keep(elements.slice(at, at + CHUNK_ELEMENTS).map(wireElement)));
  }
  const manifest: Manifest = {
    ...{
      workspace: row.id,
      epoch: row.epoch,
      life: sealCursor(mac, row, row.head),
      head: row.head,
      count: elements.length,
    },
    ...{ sum: row.sum, names, skeleton: [await keep(elements.map(skeletonEntry))], bodies },
  };
  return { manifest, chunks };
}

function skeletonEntry({ id, kind, parent, order, data, revision, trashed }: StoredElement): SkeletonEntry {
  const { name, detail } = schemas(kind).label(parseJson(data));
  return [id, kind, parent, order, name, detail, revision, trashed === null ? 0 : 1];
}

interface DigestRequest {
  readonly after?: string | null;
  readonly to?: string | null;
}

async function digests(workspace: Workspace, { after, to }: DigestRequest): Promise<unknown> {
  const elements = workspace.elementsAfter(null, ALL);
  const pairs = await Promise.all(
    elements.map(async (element) => [element.id, await packing.sha256(digestText(element))] as const),
  );
  if (to !== undefined)
    return { elements: pairs.filter(([id]) => (after == null || id > after) && (to === null || id <= to)) };
  const digest = await packing.sha256(pairs.map(([, one]) => one).join(''));
  const page = { after: null, to: elements.at(-1)?.id ?? null, count: elements.length, digest };
  return { head: workspace.row.head, pages: elements.length === 0 ? [] : [page] };
}

/** A device's requests, over a network that may lose them or their answers. */
export interface RequestRoad {
  request(work: () => Promise<Uint8Array>): Promise<Uint8Array>;
}

export function fetcherOver(road: RequestRoad, requests: ContentRequests, device: DeviceEntry): Fetcher {
  return {
    get: (path) => road.request(() => requests.answer(device, path, null)),
    post: (path, body) => road.request(() => requests.answer(device, path, body)),
  };
}

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}
