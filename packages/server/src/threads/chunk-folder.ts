/**
 * Chunks of snapshots as files in the data folder. Only a cache: it begins empty with each start, is never fsynced, and
 * what cannot be written or read is made again by whoever misses it.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceId } from '@waypost/protocol';
import type { ChunkCache } from '../sync/snapshot.ts';

/** A folder for each workspace. Ids and hashes were checked at the edge: neither holds a path. */
export class ChunkFolder implements ChunkCache {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async clear(): Promise<void> {
    await rm(this.#path, { recursive: true, force: true });
  }

  async put(workspace: WorkspaceId, hash: string, bytes: Uint8Array): Promise<void> {
    const folder = join(this.#path, workspace);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Under its name only once it is whole.
    const partial = join(folder, `${hash}.partial`);
    await writeFile(partial, bytes, { mode: 0o600 });
    await rename(partial, join(folder, hash));
  }

  async get(workspace: WorkspaceId, hash: string): Promise<Uint8Array | null> {
    return readFile(join(this.#path, workspace, hash)).catch(() => null);
  }

  async keepOnly(workspace: WorkspaceId, hashes: ReadonlySet<string>): Promise<void> {
    const folder = join(this.#path, workspace);
    const names = await readdir(folder).catch(() => []);
    const others = names.filter((name) => !hashes.has(name));
    if (others.length === names.length) await rm(folder, { recursive: true, force: true });
    else await Promise.all(others.map((name) => rm(join(folder, name), { force: true })));
  }
}
