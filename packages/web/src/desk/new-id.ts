/** Ids of what is made here, and the name of what nobody named yet. */
import type { Fresh } from '@waypost/model';
import { type ElementId, uuidOf } from '@waypost/protocol';

export const NEW_REQUEST = 'New request';

/** Random, and made where `crypto.randomUUID` is missing too: on plain http over a network. */
export function newId(): string {
  return uuidOf(crypto.getRandomValues(new Uint8Array(16)));
}

export function newElementId(): ElementId {
  return newId() as ElementId;
}

/** Where new rows get their ids and order keys from. */
export const freshRows: Fresh = { id: newId, chance: () => Math.random() };
