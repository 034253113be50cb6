/** Chunks of snapshots in memory: for the simulation, and for tests. */
import type { WorkspaceId } from '@waypost/protocol';
import type { ChunkCache } from './snapshot.ts';

export class ChunkMemory implements ChunkCache {
  readonly #bytesMax: number;
  /** The least recently used first. */
  readonly #chunks = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  async put(workspace: WorkspaceId, hash: string, bytes: Uint8Array): Promise<void> {
    const key = keyOf(workspace, hash);
    this.#forget(key);
    this.#chunks.set(key, bytes);
    this.#bytes += bytes.length;
    for (const [oldest] of this.#chunks) {
      if (this.#bytes <= this.#bytesMax || this.#chunks.size === 1) break;
      this.#forget(oldest);
    }
  }

  async get(workspace: WorkspaceId, hash: string): Promise<Uint8Array | null> {
    const key = keyOf(workspace, hash);
    const bytes = this.#chunks.get(key);
    if (bytes === undefined) return null;
    this.#chunks.delete(key);
    this.#chunks.set(key, bytes);
    return bytes;
  }

  async keepOnly(workspace: WorkspaceId, hashes: ReadonlySet<string>): Promise<void> {
    const prefix = keyOf(workspace, '');
    for (const key of [...this.#chunks.keys()]) {
      if (key.startsWith(prefix) && !hashes.has(key.slice(prefix.length))) this.#forget(key);
    }
  }

  #forget(key: string): void {
    this.#bytes -= this.#chunks.get(key)?.length ?? 0;
    this.#chunks.delete(key);
  }
}

function keyOf(workspace: WorkspaceId, hash: string): string {
  return `${workspace} ${hash}`;
}
