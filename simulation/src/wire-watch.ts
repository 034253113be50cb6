/** What must hold for everything that crosses the wire. */
import type { ClientMessage, WorkspaceId } from '@waypost/protocol';
import { FRAME_BYTES_MAX } from '@waypost/protocol';
import type { Directory } from './directory.ts';
import type { WireTap } from './network.ts';
import { LOCAL_MARK } from './people.ts';
import type { World } from './world.ts';

/** A hint, or a poll that finds what a lost hint would have said, and what was being read meanwhile. */
const REVOKED_SENDS_MS = 4_000;

export type PushMessage = Extract<ClientMessage, { type: 'push' }>;

export class WireWatch implements WireTap {
  readonly #world: World;
  readonly #directory: Directory;
  readonly #heardOf: (push: PushMessage) => void;
  readonly #revoked = new Map<string, number>();
  /** Elements of which a device was sent changed groups, and nothing else since. */
  readonly #patched = new Set<string>();
  #count = 0;

  constructor(world: World, directory: Directory, heardOf: (push: PushMessage) => void) {
    this.#world = world;
    this.#directory = directory;
    this.#heardOf = heardOf;
  }

  /** How many messages there were. */
  get count(): number {
    return this.#count;
  }

  /** A backup brings back the rights of its time. */
  rolledBack(): void {
    this.#revoked.clear();
  }

  /** Rights were changed just now. */
  rightsChanged(workspace: WorkspaceId, account: string, revoked: boolean): void {
    const key = `${workspace} ${account}`;
    if (revoked) this.#revoked.set(key, this.#world.now);
    else this.#revoked.delete(key);
  }

  toServer(device: string, text: string): void {
    this.#count += 1;
    this.#world.trace(device, '>', text);
    this.#checkLocal(device, text);
    if (text.startsWith('{"type":"push"')) {
      this.#heardOf(JSON.parse(text) as PushMessage);
    }
  }

  toDevice(device: string, text: string): void {
    this.#count += 1;
    this.#world.trace(device, '<', text);
    this.#checkLocal(device, text);
    if (text.length > FRAME_BYTES_MAX)
      this.#world.violated('I15', `${device} is sent a frame of ${text.length} characters.`);
    if (text.startsWith('{"type":"delta"')) {
      this.#checkRight(device, text);
      if (this.#patched.size > 0 || text.includes('"changed":[')) this.#notePatches(device, text);
    }
    if (text.startsWith('{"type":"reset"') && text.includes('"reason":"asked"')) {
      this.#world.violated('I16', `${device} counted another checksum than the server: ${text}`);
    }
  }

  /** [I16] A device asks for an element whole where the groups it was sent did not lead to the text they should. */
  asksFor(device: string, element: string): void {
    if (this.#patched.has(`${device} ${element}`))
      this.#world.violated('I16', `${device} was sent changed groups of ${element}, and does not hold the rest.`);
  }

  #notePatches(device: string, text: string): void {
    const { elements } = JSON.parse(text) as { elements: { id: string; changed?: unknown }[] };
    for (const { id, changed } of elements) {
      if (changed === undefined) this.#patched.delete(`${device} ${id}`);
      else this.#patched.add(`${device} ${id}`);
    }
  }

  /** [I12] */
  #checkLocal(device: string, text: string): void {
    if (text.includes(LOCAL_MARK)) this.#world.violated('I12', `A local value of ${device} was sent: ${text}`);
  }

  /** [I11] After a revocation nothing more of the workspace is sent. */
  #checkRight(name: string, text: string): void {
    if (this.#revoked.size === 0) return;
    const { workspace } = JSON.parse(text) as { workspace: WorkspaceId };
    const device = this.#directory.devices.find((entry) => entry.name === name);
    const since = this.#revoked.get(`${workspace} ${device?.account}`);
    if (since === undefined || this.#world.now - since < REVOKED_SENDS_MS) return;
    this.#world.violated(
      'I11',
      `${name} is sent ${workspace}, ${this.#world.now - since} ms after its account left it.`,
    );
  }
}
