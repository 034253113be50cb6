/** The messages of the floor: JSON text frames, and the snapshot as one binary frame of gzip. */
import type { Json } from '../workload.ts';

/** Sets some members of one element; creates the element when it is new. */
export interface Change {
  readonly id: string;
  readonly set: Readonly<Record<string, Json>>;
}

export interface Element {
  readonly id: string;
  readonly members: Record<string, Json>;
}

export type ClientMessage =
  /** Cursor null asks for everything, "head" for nothing but what follows. */
  | { readonly kind: 'hello'; readonly device: string; readonly cursor: number | 'head' | null }
  /** Changes numbered `first`, `first + 1`, … of this device. */
  | { readonly kind: 'push'; readonly first: number; readonly changes: readonly Change[] };

export type ServerMessage =
  /** `acknowledged`: the number of this device's last durable change. */
  | { readonly kind: 'welcome'; readonly head: number; readonly acknowledged: number }
  | { readonly kind: 'changes'; readonly head: number; readonly changes: readonly Change[] }
  | { readonly kind: 'acknowledged'; readonly upTo: number; readonly head: number };

export interface Snapshot {
  readonly head: number;
  readonly elements: readonly Element[];
}
