/**
 * Where a device stands in each workspace, as told by what it says and what it is sent. Over a WebSocket the server keeps
 * this; over plain HTTP every poll brings it along.
 */
import type { ClientMessage, Position, ServerMessage, StreamId, WorkspaceId } from '@waypost/protocol';

export class Positions {
  readonly #positions = new Map<WorkspaceId, Position>();
  /** Where the cursor leads nowhere: asking again would bring the same answer for ever. */
  readonly #lost = new Set<WorkspaceId>();
  /** Up to where the device was sent outcomes of a stream, which it may not have on its disk yet. */
  readonly #told = new Map<StreamId, number>();
  /** Which outcomes of its streams the device had when it said hello. */
  readonly #atHello = new Map<StreamId, number>();

  /** What waited when the device said hello, and does no longer. */
  get settledSinceHello(): number {
    let count = 0;
    for (const { stream, have } of this.#positions.values()) {
      const before = stream === null ? undefined : this.#atHello.get(stream);
      if (before !== undefined) count += have - before;
    }
    return count;
  }

  get all(): Position[] {
    return [...this.#positions.values()].filter(({ workspace }) => !this.#lost.has(workspace));
  }

  /** Whether outcomes are on their way to the device's disk. */
  get isSettling(): boolean {
    return this.all.some(({ stream, have }) => stream !== null && (this.#told.get(stream) ?? 0) > have);
  }

  /** Takes what the device says. True where the server must hear of it before it can go on. */
  said(message: ClientMessage): boolean {
    switch (message.type) {
      case 'hello':
        for (const position of message.positions) {
          this.#follow(position);
          if (position.stream !== null) this.#atHello.set(position.stream, position.have);
        }
        return true;
      case 'follow':
        this.#follow(message.position);
        return true;
      case 'push':
        return this.#uses(message.workspace, message.stream);
      case 'have':
        this.#has(message.workspace, message.stream, message.upTo);
        return false;
      case 'ping':
        return false;
    }
  }

  /** Takes what the device is sent. */
  heard(message: ServerMessage): void {
    if (message.type === 'reset') {
      // Until the device follows again from a snapshot, or a delta from the very beginning comes along.
      this.#lost.add(message.workspace);
    } else if (message.type === 'error' && message.code === 'no-workspace' && message.workspace !== null) {
      this.#positions.delete(message.workspace);
    } else if (message.type === 'delta') {
      const { workspace, epoch, life, to, own } = message;
      const position = this.#positions.get(workspace);
      if (position !== undefined)
        this.#positions.set(workspace, { ...withConflicts(position), epoch, life, cursor: to });
      this.#lost.delete(workspace);
      if (own.settled !== null) this.#told.set(own.settled.stream, own.settled.upTo);
    }
  }

  #follow(position: Position): void {
    this.#positions.set(position.workspace, position);
    this.#lost.delete(position.workspace);
  }

  #uses(workspace: WorkspaceId, stream: StreamId): boolean {
    const position = this.#positions.get(workspace);
    if (position === undefined || position.stream === stream) return false;
    this.#positions.set(workspace, { ...position, stream, have: 0 });
    return true;
  }

  /** Only what the device says it has on its disk counts: the server forgets outcomes up to there. */
  #has(workspace: WorkspaceId, stream: StreamId, upTo: number): void {
    const position = this.#positions.get(workspace);
    if (position?.stream === stream && upTo > position.have)
      this.#positions.set(workspace, { ...position, have: upTo });
  }
}

/** A delta brought the conflicts that were missing: from here on they are known up to the cursor. */
function withConflicts({ conflicts: _conflicts, ...position }: Position): Position {
  return position;
}
