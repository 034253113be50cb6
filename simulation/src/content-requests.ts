/** What devices fetch besides the conversation: snapshots, single elements, digests of content. */
import type { Fetcher } from '@waypost/client';
import { type ElementId, WaypostError, type WorkspaceId } from '@waypost/protocol';
import type { WorkspaceReads } from '@waypost/server/sync';
import type { DeviceEntry, Directory } from './directory.ts';
import type { Party } from './party.ts';

/** A node that takes requests. */
export interface ReadingNode {
  readonly party: Party;
  readonly reads: WorkspaceReads;
}

export interface ContentRequestsOptions {
  readonly directory: Directory;
  /** The node that a device's requests go to; null while there is none. */
  readonly nodeFor: (device: DeviceEntry) => ReadingNode | null;
  /** Is told who fetches which element by itself. */
  readonly asked: (device: DeviceEntry, element: ElementId) => void;
}

export class ContentRequests {
  readonly #options: ContentRequestsOptions;

  constructor(options: ContentRequestsOptions) {
    this.#options = options;
  }

  /** The response body. Throws WaypostError as the server answers, or as nobody does. */
  async answer(device: DeviceEntry, path: string, body: unknown): Promise<Uint8Array> {
    const node = this.#options.nodeFor(device);
    if (node === null) throw new WaypostError('offline', 'No server answers.');
    if (!this.#options.directory.isActive(device)) throw new WaypostError('signed-out');
    return whileAlive(node.party, this.#read(node.reads, { device, path, body }));
  }

  async #read(
    reads: WorkspaceReads,
    { device, path, body }: { readonly device: DeviceEntry; readonly path: string; readonly body: unknown },
  ): Promise<Uint8Array> {
    const [, , , id = '', what = '', name = ''] = path.split('/');
    const workspace = id as WorkspaceId;
    const actor = { account: device.account, device: device.id };
    switch (what) {
      case 'snapshot':
        return name === ''
          ? sent(await reads.manifest(workspace, actor), 'no-workspace')
          : sent(await reads.chunk(workspace, actor, name), 'not-found');
      case 'elements':
        this.#options.asked(device, name as ElementId);
        return sent(await reads.element(workspace, actor, name as ElementId), 'not-found');
      case 'digests': {
        const { after, to } = body as { readonly after?: ElementId | null; readonly to?: ElementId | null };
        const page = after === undefined && to === undefined ? null : { after: after ?? null, to: to ?? null };
        return sent(await reads.digests(workspace, actor, page), 'no-workspace');
      }
      default:
        throw new WaypostError('not-found');
    }
  }
}

function sent(answer: string | Uint8Array | null, missing: 'no-workspace' | 'not-found'): Uint8Array {
  if (answer === null) throw new WaypostError(missing);
  return typeof answer === 'string' ? new TextEncoder().encode(answer) : answer;
}

/** A node that dies over a request breaks its connection. */
function whileAlive<Result>(party: Party, work: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    party.onDeath(() => reject(new WaypostError('offline', 'The connection broke.')));
    work.then(resolve, reject);
  });
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
