/**
 * Everyone who is connected to this node: who follows which workspace, and who must hear when a commit, a sign-out, a
 * change of membership or the end of the server concerns them. Other nodes' commits arrive as hints; a poll finds those
 * that got lost.
 */
import type { AccountId, Actor, DeviceId, Epoch, WorkspaceId } from '@waypost/protocol';
import { Channel, type ChannelPorts } from './channel.ts';
import type { CommitNews, Hint, MemberOf, Nodes } from './ports.ts';
import type { Subscription } from './subscription.ts';

/** A lost hint costs this much at most. */
const POLL_MS = 2_000;

export interface HubPorts extends ChannelPorts {
  /** Null where this server is alone. */
  readonly nodes: Nodes | null;
}

/** A device's conversation, as the hub reaches it. */
export interface Participant {
  readonly actor: Actor;
  /** The workspaces it was last told of; null while it is about to be told anew. */
  told(): readonly MemberOf[] | null;
  signedOut(erase: boolean): void;
  /** The account may follow other workspaces than before, or fewer. */
  workspacesChanged(): void;
  goAway(withinMs: number): void;
}

export class Hub {
  readonly #ports: HubPorts;
  readonly #channels = new Map<WorkspaceId, Channel>();
  readonly #participants = new Set<Participant>();
  #cancelPoll: (() => void) | null = null;
  #goingWithinMs: number | null = null;

  constructor(ports: HubPorts) {
    this.#ports = ports;
    if (ports.nodes !== null) {
      ports.nodes.listen((hint) => this.#hinted(hint));
      this.#cancelPoll = ports.scheduler.after(POLL_MS, () => void this.#poll(ports.nodes));
    }
  }

  /** What this node's committer did: for {@link Committer} to call. */
  committed(news: CommitNews): void {
    this.#channels.get(news.workspace)?.committed(news);
    this.#ports.nodes?.tell({ kind: 'head', workspace: news.workspace, head: news.to });
  }

  /** The device's conversations end, here and on the other nodes. Call once the sign-out is committed. */
  signOut(device: DeviceId, { erase }: { readonly erase: boolean }): void {
    this.#signOut(device, erase);
    this.#ports.nodes?.tell({ kind: 'signed-out', device, erase });
  }

  /** The account joined or left a workspace, or its role changed, or a workspace was renamed. Call once committed. */
  workspacesChanged(account: AccountId): void {
    this.#workspacesChanged(account);
    this.#ports.nodes?.tell({ kind: 'workspaces', account });
  }

  /** The server goes: devices come back, elsewhere or here, spread over so many milliseconds. */
  close(withinMs: number): void {
    this.#goingWithinMs = withinMs;
    this.#cancelPoll?.();
    this.#cancelPoll = null;
    for (const participant of this.#participants) participant.goAway(withinMs);
  }

  register(participant: Participant): void {
    this.#participants.add(participant);
    if (this.#goingWithinMs !== null) participant.goAway(this.#goingWithinMs);
  }

  unregister(participant: Participant): void {
    this.#participants.delete(participant);
  }

  follow(subscription: Subscription): void {
    const { workspace } = subscription;
    const channel = this.#channels.get(workspace) ?? new Channel(this.#ports, workspace);
    this.#channels.set(workspace, channel);
    channel.join(subscription);
  }

  arrived(subscription: Subscription): void {
    this.#channels.get(subscription.workspace)?.arrived(subscription);
  }

  /** A workspace may have begun a new epoch; whoever follows in another is told. */
  epochSeen(workspace: WorkspaceId, epoch: Epoch): void {
    const channel = this.#channels.get(workspace);
    const known = channel?.position.epoch ?? null;
    if (known !== null && known !== epoch) channel?.refresh();
  }

  /** A commit here ended with an error, and may have happened all the same. */
  recheck(workspace: WorkspaceId): void {
    const channel = this.#channels.get(workspace);
    channel?.hinted(channel.position.head);
  }

  unfollow(subscription: Subscription): void {
    const channel = this.#channels.get(subscription.workspace);
    channel?.leave(subscription);
    if (channel?.isEmpty) this.#channels.delete(subscription.workspace);
  }

  /** For metrics. */
  get counts(): { readonly devices: number; readonly workspaces: number } {
    return { devices: this.#participants.size, workspaces: this.#channels.size };
  }

  #hinted(hint: Hint): void {
    switch (hint.kind) {
      case 'head':
        this.#channels.get(hint.workspace)?.hinted(hint.head);
        break;
      case 'signed-out':
        // It may be late, and the device be signed in again.
        void this.#signOutIfStill(hint.device);
        break;
      case 'workspaces':
        this.#workspacesChanged(hint.account);
        break;
    }
  }

  async #signOutIfStill(device: DeviceId): Promise<void> {
    try {
      const still = (await this.#ports.nodes?.signedOut([device])) ?? [];
      for (const { erase } of still) this.#signOut(device, erase);
    } catch (error) {
      // The poll finds it.
      this.#ports.failed(error);
    }
  }

  #signOut(device: DeviceId, erase: boolean): void {
    for (const participant of this.#participants) if (participant.actor.device === device) participant.signedOut(erase);
  }

  #workspacesChanged(account: AccountId): void {
    for (const participant of this.#participants) {
      if (participant.actor.account === account) participant.workspacesChanged();
    }
  }

  /** Who follows what they are no member of any more, and who was told of other workspaces than there are now. */
  async #pollMemberships(nodes: Nodes): Promise<void> {
    const accounts = new Set([...this.#participants].map(({ actor }) => actor.account));
    const memberships = await nodes.memberships([...accounts]);
    const changed = new Set<AccountId>();
    for (const participant of this.#participants) {
      const { account } = participant.actor;
      const [told, are] = [participant.told(), memberships.get(account)];
      if (told !== null && are !== undefined && nameOf(told) !== nameOf(are)) changed.add(account);
    }
    for (const { workspace, followers } of this.#channels.values()) {
      for (const { actor } of followers) {
        const are = memberships.get(actor.account);
        if (are !== undefined && !are.some(({ id }) => id === workspace)) changed.add(actor.account);
      }
    }
    for (const account of changed) this.#workspacesChanged(account);
  }

  async #poll(nodes: Nodes | null): Promise<void> {
    if (nodes === null || this.#goingWithinMs !== null) return;
    try {
      const devices = [...this.#participants].map(({ actor }) => actor.device);
      for (const { device, erase } of await nodes.signedOut(devices)) this.#signOut(device, erase);
      await this.#pollMemberships(nodes);
      for (const [workspace, { epoch, head }] of await nodes.heads([...this.#channels.keys()])) {
        const channel = this.#channels.get(workspace);
        if (channel === undefined || channel.position.epoch === null) continue;
        if (channel.position.epoch !== epoch) channel.refresh();
        else if (channel.position.head < head) channel.hinted(head);
      }
    } catch (error) {
      this.#ports.failed(error);
    }
    if (this.#goingWithinMs === null) {
      this.#cancelPoll = this.#ports.scheduler.after(POLL_MS, () => void this.#poll(nodes));
    }
  }
}

function nameOf(memberships: readonly MemberOf[]): string {
  return memberships
    .map(({ id, role }) => `${id} ${role}`)
    .sort()
    .join();
}
