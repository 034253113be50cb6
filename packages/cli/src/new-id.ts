import { type ElementId, uuidOf } from '@waypost/protocol';
import { systemChance } from '@waypost/client/node';

/** A fresh random id for an element, or for a row of one. */
export function newId(): ElementId {
  return uuidOf(systemChance.bytes(16)) as ElementId;
}
