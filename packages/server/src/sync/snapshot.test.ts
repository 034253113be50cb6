import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import { type Manifest, manifestSchema, skeletonEntrySchema, wireElement, type WorkspaceId } from '@waypost/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChunkMemory } from './chunk-memory.ts';
import { ANNA, BEN, creation, id, mac, type Node, schemas, type TestDevice, WORKSPACE, World } from './live.fixture.ts';
import { type ChunkCache, Snapshots } from './snapshot.ts';

const compress = promisify(gzip);
const packing = {
  gzip: (text: string) => compress(text),
  sha256: async (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex'),
};

let world: World;
let node: Node;
let chunks: ChunkMemory;
let snapshots: Snapshots;
let anna: TestDevice;
let reads: number;

beforeEach(async () => {
  world = new World();
  node = world.node();
  chunks = new ChunkMemory(100_000_000);
  reads = 0;
  const { store } = node;
  snapshots = new Snapshots({ ...{ store, schemas: labelled, mac, packing }, chunks: counting(chunks) });
  anna = world.device(ANNA);
  anna.connect(node);
  await world.time.pass(0);
});

/** Chunks of builds, by the first chunk of each. */
function counting(cache: ChunkCache): ChunkCache {
  return {
    put: (...put) => {
      reads += 1;
      return cache.put(...put);
    },
    get: (...get) => cache.get(...get),
    keepOnly: (...keep) => cache.keepOnly(...keep),
  };
}

function labelled(kind: string) {
  return { ...schemas(kind), label: () => ({ name: `a ${kind}`, detail: 'GET' }) };
}

async function fetchManifest(): Promise<Manifest> {
  return manifestSchema.parse(JSON.parse(JSON.stringify(await snapshots.manifest(WORKSPACE, anna.actor))));
}

async function contentOf(list: Manifest['bodies']): Promise<unknown[]> {
  const values: unknown[] = [];
  for (const { hash, bytes, rawBytes, count } of list) {
    const packed = (await snapshots.chunk(WORKSPACE, anna.actor, hash)) ?? new Uint8Array();
    expect(await packing.sha256(packed)).toBe(hash);
    expect(packed.length).toBe(bytes);
    const raw = gunzipSync(packed);
    expect(raw.length).toBe(rawBytes);
    const some = JSON.parse(raw.toString()) as unknown[];
    expect(some.length).toBe(count);
    values.push(...some);
  }
  return values;
}

async function createMany(count: number, size = 10): Promise<void> {
  for (let at = 0; at < count; at += 400) {
    const some = Math.min(400, count - at);
    anna.push(
      ...Array.from({ length: some }, (_, n) =>
        creation(world.freshId(), { name: `note ${at + n}`, text: 'é'.repeat(size) }),
      ),
    );
  }
  await world.time.pass(0);
}

describe('a snapshot', () => {
  it('holds everything in the order of the tree, skeleton and bodies alike', async () => {
    const folder = world.freshId();
    anna.push(creation(folder, { name: 'folder' }));
    const top = anna.create({ name: 'beside' });
    const inside = anna.create({ name: 'inside' }, folder);
    await world.time.pass(0);
    const manifest = await fetchManifest();
    expect(manifest).toMatchObject({ epoch: 'first', head: 3, count: 3, sum: anna.deltas.at(-1)?.sum });
    expect(manifest.names[anna.actor.device]).toMatchObject({ account: ANNA });
    const skeleton = (await contentOf(manifest.skeleton)).map((entry) => skeletonEntrySchema.parse(entry));
    expect(skeleton.map(([element]) => element)).toEqual([folder, inside, top]);
    expect(skeleton[1]).toEqual([inside, 'note', folder, 'a0', 'a note', 'GET', 3, 0]);
    const elements = await world.elements();
    const bodies = skeleton.map(([element]) => elements.get(element)).map((stored) => stored && wireElement(stored));
    expect(await contentOf(manifest.bodies)).toEqual(JSON.parse(JSON.stringify(bodies)));
  });

  it('is cut into chunks of about a megabyte', async () => {
    await createMany(3_000, 500);
    const manifest = await fetchManifest();
    expect(manifest.bodies.length).toBeGreaterThan(3);
    expect(Math.max(...manifest.bodies.map(({ rawBytes }) => rawBytes))).toBeLessThanOrEqual(1024 * 1024 + 1);
    expect((await contentOf(manifest.bodies)).length).toBe(3_000);
  });

  it('of an empty workspace has no chunks', async () => {
    expect(await fetchManifest()).toMatchObject({ head: 0, count: 0, skeleton: [], bodies: [] });
  });

  it('leads on by delta to everything that came later', async () => {
    await createMany(400);
    const manifest = await fetchManifest();
    anna.create({ name: 'later' });
    await world.time.pass(0);
    const ben = world.device(BEN);
    ben.connect(node);
    await world.time.pass(0);
    expect(ben.reset?.reason).toBe('first');
    await ben.takeSnapshot();
    ben.cursor = manifest.head;
    ben.life = manifest.life;
    ben.elements.delete([...anna.elements.keys()].at(-1) ?? id(0));
    ben.say({ type: 'follow', position: ben.position });
    await world.time.pass(0);
    expect(ben.elements).toEqual(anna.elements);
  });

  it('is made once for all who ask at once', async () => {
    await createMany(400);
    const manifests = await Promise.all(Array.from({ length: 20 }, () => fetchManifest()));
    expect(new Set(manifests.map(({ head }) => head)).size).toBe(1);
    expect(reads).toBe(2);
  });

  it('is kept while little changes, and made anew when a tenth has', async () => {
    await createMany(400);
    const { head } = await fetchManifest();
    await createMany(40);
    expect((await fetchManifest()).head).toBe(head);
    anna.create({ name: 'one more' });
    await createMany(10);
    expect((await fetchManifest()).head).toBeGreaterThan(head);
  });

  it('keeps the chunks of the one before for devices that are fetching it', async () => {
    await createMany(400);
    const first = await fetchManifest();
    await createMany(400);
    await fetchManifest();
    expect((await contentOf(first.bodies)).length).toBe(400);
    await createMany(400);
    await fetchManifest();
    expect(await snapshots.chunk(WORKSPACE, anna.actor, first.bodies[0]?.hash ?? '')).toBeNull();
  });

  it('is never given below the floor, or of another epoch [RS3]', async () => {
    await createMany(400);
    const { head } = await fetchManifest();
    await change({ floor: head });
    expect((await fetchManifest()).head).toBe(head);
    await createMany(1);
    await change({ floor: head + 1 });
    expect((await fetchManifest()).head).toBe(head + 1);
    await change({ epoch: 'second' as Manifest['epoch'] });
    expect((await fetchManifest()).epoch).toBe('second');
  });

  it('is made anew where the cache lost a part of it', async () => {
    await createMany(400);
    const [chunk] = (await fetchManifest()).bodies;
    await chunks.keepOnly(WORKSPACE, new Set());
    expect(await snapshots.chunk(WORKSPACE, anna.actor, chunk?.hash ?? '')).toBeNull();
    expect((await contentOf((await fetchManifest()).bodies)).length).toBe(400);
  });

  it('is for members only, and so is each chunk', async () => {
    await createMany(400);
    const [chunk] = (await fetchManifest()).bodies;
    world.database.setMember(WORKSPACE, ANNA, null);
    expect(await snapshots.manifest(WORKSPACE, anna.actor)).toBeNull();
    expect(await snapshots.chunk(WORKSPACE, anna.actor, chunk?.hash ?? '')).toBeNull();
    expect(await snapshots.manifest(id<WorkspaceId>(0xdead), anna.actor)).toBeNull();
  });
});

async function change(row: object): Promise<void> {
  await node.store.transact(WORKSPACE, async (transaction) => {
    const workspace = await transaction.workspace();
    if (workspace === null) throw new Error('no workspace');
    await transaction.write({
      ...{ workspace: { ...workspace, ...row }, rows: [], collected: [], streams: [] },
      ...{ outcomes: [], conflicts: [], history: [] },
    });
  });
}
