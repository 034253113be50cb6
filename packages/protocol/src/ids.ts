/** Identifiers, branded so that one kind can never be passed for another. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A random UUID (version 4) made by the device, never reused. Always looked up together with its workspace. */
export type ElementId = Branded<'ElementId'>;
export type WorkspaceId = Branded<'WorkspaceId'>;
export type AccountId = Branded<'AccountId'>;
export type TeamId = Branded<'TeamId'>;
/** Stable per (account, installation), also after signing out and in again. */
export type DeviceId = Branded<'DeviceId'>;
/** One life of the outbox of one device in one workspace. */
export type StreamId = Branded<'StreamId'>;
/** Names one life of a workspace's numbers; a restored backup begins another. */
export type Epoch = Branded<'Epoch'>;
export type ConflictId = Branded<'ConflictId'>;

/** A workspace's head, or the head at which something was last written: an integer from 0 to 2^53 - 1. */
export type Revision = number;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A version 4 UUID of 16 random bytes. */
export function uuidOf(random: Uint8Array): string {
  const bytes = Uint8Array.from(random);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
