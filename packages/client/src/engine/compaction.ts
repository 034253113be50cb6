/**
 * Packing what stands beside the pages into pages of its own, when nothing else is to be done. Prepared outside the lane,
 * because compressing takes a while; written only if nothing changed meanwhile.
 */
import type { Element, ElementId, SkeletonEntry } from '@waypost/protocol';
import { REPLICA } from './records.ts';
import { asWaypostError, type WorkspaceCore } from './workspace-core.ts';
import { findSlot, pack, type Packed, readBodyPage, type SkeletonSlot } from './pages.ts';
import type { Replica } from './replica.ts';
import type { StateTools } from './workspace-state.ts';

/** Beside the pages: more than so many, or than this part of everything. */
const BESIDE_MAX = 2_000;
const BESIDE_PART_MAX = 0.1;
/** Below this, reading them at the start takes no time worth saving. */
const BESIDE_MIN = 500;

/** Quiet for so long counts as idle. */
const IDLE_MS = 2_000;

export class Packer {
  readonly #core: WorkspaceCore;
  #packing = false;
  #cancel: (() => void) | null = null;

  constructor(core: WorkspaceCore) {
    this.#core = core;
  }

  /** Something was applied: packs when nothing more comes for a while. */
  stirred(): void {
    this.close();
    if (!this.#isWorthIt()) return;
    this.#cancel = this.#core.host.ports.scheduler.after(IDLE_MS, () => void this.#pack());
  }

  /** Packs without waiting for an idle moment: a process that ends now has none. */
  async now(): Promise<void> {
    this.close();
    if (this.#isWorthIt()) await this.#pack();
  }

  #isWorthIt(): boolean {
    const { state, reset } = this.#core;
    return !this.#packing && state.outbox.entries.length === 0 && reset === null && worthPacking(state.replica);
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  async #pack(): Promise<void> {
    const { state, tools, lane, host, info } = this.#core;
    const { replicaText } = state;
    this.#packing = true;
    try {
      const packed = await packBeside(state.replica, tools);
      await lane.run(() => this.#adopt(packed, replicaText));
    } catch (error) {
      host.note(`Packing "${info.name}" failed: ${asWaypostError(error).message}`);
    } finally {
      this.#packing = false;
    }
  }

  async #adopt({ pages, record: pagesRecord, slots }: PackedReplica, replicaText: string | null): Promise<void> {
    const { state, id: workspace, closed } = this.#core;
    const { replica } = state;
    // Something came meanwhile: what was packed is out of date.
    if (state.replicaText !== replicaText || closed) return;
    const record = { ...replica.record, pages: pagesRecord, generation: replica.record.generation + 1 };
    const text = JSON.stringify(record);
    const receipt = await this.#core.commit(
      {
        writes: [
          { to: 'pages', workspace, pages },
          { to: 'elements', workspace, clear: true },
          { to: 'state', workspace, key: REPLICA, value: text },
        ],
        expect: [{ from: 'state', workspace, key: REPLICA, value: replicaText }],
      },
      'relaxed',
    );
    if (receipt.kind === 'refused') {
      await this.#core.load();
      return;
    }
    state.replicaText = text;
    replica.moveBodies(slots, record);
  }
}

function worthPacking(replica: Replica): boolean {
  const beside = replica.beside.size;
  return (
    beside > BESIDE_MAX ||
    (beside > BESIDE_MIN && replica.record.pages !== null && beside > replica.size * BESIDE_PART_MAX)
  );
}

interface PackedReplica extends Packed {
  readonly slots: ReadonlyMap<ElementId, number>;
}

async function packBeside(replica: Replica, tools: StateTools): Promise<PackedReplica> {
  const { storage, workspace, compression } = tools;
  const record = replica.record.pages ?? { skeleton: 0, bodies: [] };
  const numbers = record.bodies.map((_, page) => record.skeleton + page);
  const stored = await storage.pages(workspace, numbers);
  const living = livingSlots(replica, record.bodies);

  const kept: { pages: Uint8Array[]; counts: number[] } = { pages: [], counts: [] };
  const slots: SkeletonSlot[] = [];
  const where = new Map<ElementId, number>();
  const added: Element[] = [];
  for (const [page, count] of record.bodies.entries()) {
    const bytes = stored.get(record.skeleton + page);
    const ids = living[page] ?? [];
    const alive = ids.filter((id) => id !== null);
    if (bytes === undefined || alive.length === 0) continue;
    if (alive.length * 2 < count) {
      // Mostly holes: what is left moves on.
      const bodies = await readBodyPage(bytes, compression);
      for (const [at, element] of bodies.entries()) if (ids[at] === element.id) added.push(element);
      continue;
    }
    kept.pages.push(bytes);
    kept.counts.push(count);
    for (let at = 0; at < count; at += 1) {
      const id = ids[at] ?? null;
      if (id !== null) where.set(id, slots.length);
      slots.push(id === null ? 0 : skeletonEntry(replica, id));
    }
  }
  const beside = await replica.load([...replica.beside].filter((id) => replica.entry(id)?.slot === null));
  for (const element of beside.values()) added.push(element);
  for (const { id } of added) {
    where.set(id, slots.length);
    slots.push(skeletonEntry(replica, id));
  }
  return { ...(await pack(kept, added, slots, compression)), slots: where };
}

/** For each page of bodies, the element of each position that still counts. */
function livingSlots(replica: Replica, counts: readonly number[]): (ElementId | null)[][] {
  const living = counts.map((count) => Array.from<ElementId | null>({ length: count }).fill(null));
  for (const { id, slot } of replica.entries()) {
    if (slot === null) continue;
    const { page, at } = findSlot(counts, slot);
    const ids = living[page];
    if (ids !== undefined) ids[at] = id;
  }
  return living;
}

function skeletonEntry(replica: Replica, id: ElementId): SkeletonEntry {
  const entry = replica.entry(id);
  if (entry === undefined) throw new RangeError(`No element ${id}.`);
  const { kind, parent, order, label, revision, trashed } = entry;
  return [id, kind, parent, order, label.name, label.detail, revision, trashed === null ? 0 : 1];
}
