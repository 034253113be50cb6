/**
 * What a device reads of a workspace besides the feed. Answers are JSON text, so that they cross threads as they leave
 * the server; null where the actor may not have them, or there is no such thing.
 */
import { type Actor, type ElementId, wireElement, type WorkspaceId } from '@waypost/protocol';
import { type DigestPorts, digestPages, elementDigests, type IdRange } from './digests.ts';
import { historyOf, valuesAt, type Version } from './history.ts';
import { type ChunkCache, Snapshots, type SnapshotPorts } from './snapshot.ts';

export interface WorkspaceReads {
  manifest(workspace: WorkspaceId, actor: Actor): Promise<string | null>;
  chunk(workspace: WorkspaceId, actor: Actor, hash: string): Promise<Uint8Array | null>;
  element(workspace: WorkspaceId, actor: Actor, element: ElementId): Promise<string | null>;
  history(workspace: WorkspaceId, actor: Actor, element: ElementId): Promise<string | null>;
  /** What to write to have the element as it was in that version. */
  version(workspace: WorkspaceId, actor: Actor, element: ElementId, version: VersionName): Promise<string | null>;
  /** Of all pages, or of the elements of one. */
  digests(workspace: WorkspaceId, actor: Actor, page: IdRange | null): Promise<string | null>;
  /** Workspaces that are no more leave nothing here. */
  forget(workspaces: readonly WorkspaceId[]): Promise<void>;
}

export type VersionName = Pick<Version, 'revision' | 'status'>;

export function createReads(ports: SnapshotPorts & DigestPorts & { readonly chunks: ChunkCache }): WorkspaceReads {
  const { store } = ports;
  const snapshots = new Snapshots(ports);
  return {
    manifest: async (workspace, actor) => textOf(await snapshots.manifest(workspace, actor)),
    chunk: (workspace, actor, hash) => snapshots.chunk(workspace, actor, hash),
    element: (workspace, actor, element) =>
      store.read(workspace, async (reader) => {
        if ((await reader.membership(actor.account)) === null) return null;
        const [row] = await reader.rows([element]);
        return row === undefined || row.gone ? null : textOf(wireElement(row));
      }),
    history: async (workspace, actor, element) => textOf(await historyOf(store, workspace, actor, element)),
    async version(workspace, actor, element, version) {
      const values = await valuesAt(store, { workspace, actor, element }, version);
      return values === null ? null : textOf({ values });
    },
    async digests(workspace, actor, page) {
      if (page === null) return textOf(await digestPages(ports, workspace, actor));
      const elements = await elementDigests(ports, workspace, actor, page);
      return elements === null ? null : textOf({ elements });
    },
    async forget(workspaces) {
      for (const workspace of workspaces) await ports.chunks.keepOnly(workspace, new Set());
    },
  };
}

function textOf(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
