/** One synced thing, as the server holds it and as devices hold it settled. */
import type { AccountId, DeviceId, ElementId, Revision } from './ids.ts';
import type { JsonText } from './json.ts';

/** The identity of a row of an array in the data, and its place among the others. */
export interface Row {
  readonly id: string;
  readonly order: string;
}

/**
 * Rows by the path of their array, in the order in which they stand there. An array that is not listed has the ids and
 * orders that {@link impliedRows} gives it: most arrays are never restructured, and then nothing is stored for them.
 */
export type RowTable = Readonly<Record<string, readonly Row[]>>;

/** Who last wrote a group, and when. `author: null` is a value merged from several devices' texts. */
export interface Stamp {
  readonly revision: Revision;
  readonly author: DeviceId | null;
  /** For a group that a device re-sent after a rollback: its revision in the old epoch. */
  readonly old?: Revision;
}

/** Groups written since the element was created, by group name; the others carry the stamp of creation. */
export type Stamps = Readonly<Record<string, Stamp>>;

export interface Actor {
  readonly account: AccountId;
  readonly device: DeviceId;
}

export interface Trashed {
  readonly revision: Revision;
  readonly by: Actor;
  /** Server time, milliseconds. Decides expiry and nothing else. */
  readonly at: number;
}

/** Groups that are not part of the data; no member's group begins with `@`. */
export const PLACE = '@place';
/** Stamped when an element is taken out of the trash. */
export const TRASH = '@trash';

export interface Element {
  readonly id: ElementId;
  readonly kind: string;
  /** The version of the kind's schema it was written under. */
  readonly schema: number;
  readonly parent: ElementId | null;
  /** Fractional index among siblings. */
  readonly order: string;
  /** The collection format's own JSON for this element without its children, verbatim. */
  readonly data: JsonText;
  readonly rows: RowTable;
  /** What export needs to restore the file it came from; opaque to sync. */
  readonly origin: JsonText | null;
  /** The head at which anything of it was last written. */
  readonly revision: Revision;
  readonly created: Stamp;
  readonly stamps: Stamps;
  readonly trashed: Trashed | null;
  /** Who wrote last, and when by the server's clock. For people; decides nothing. */
  readonly by: Actor;
  readonly at: number;
}

/** What remains of an element that left the trash: enough to refuse its return. */
export interface Tombstone {
  readonly id: ElementId;
  readonly revision: Revision;
}
