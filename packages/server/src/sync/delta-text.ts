/** A delta as text: what all devices are told is encoded once, what one device is told is spliced in. */
import type { ActorNames, Conflict, Delta, Settled, Sum, WireElement } from '@waypost/protocol';

export interface SharedDelta {
  readonly workspace: Delta['workspace'];
  readonly epoch: Delta['epoch'];
  readonly life: string;
  readonly from: number;
  readonly to: number;
  readonly elements: readonly WireElement[];
  readonly gone: Delta['gone'];
  readonly names: ActorNames;
  /** Null while more pages follow. */
  readonly sum: Sum | null;
  readonly more: boolean;
}

export interface OwnDelta {
  readonly settled: Settled | null;
  readonly conflicts: readonly Conflict[];
}

/** A delta's text without `own` and without its closing brace. */
export function encodeShared(shared: SharedDelta): string {
  return JSON.stringify({ type: 'delta', ...shared }).slice(0, -1);
}

/** The whole message for one device. */
export function withOwn(sharedText: string, own: OwnDelta): string {
  return `${sharedText},"own":${own === NOTHING_OWN ? NOTHING_OWN_TEXT : JSON.stringify(own)}}`;
}

export const NOTHING_OWN: OwnDelta = { settled: null, conflicts: [] };
const NOTHING_OWN_TEXT = JSON.stringify(NOTHING_OWN);
