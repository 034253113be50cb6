/**
 * What a file said that is not in any element's data, kept so that export writes the file again: where the list of
 * children stood, entries of it that are no objects, the wrapper, a byte order mark. Only ever a hint: elements created
 * in Waypost have none, and children may have come and gone since.
 */
import {
  type JsonNode,
  type JsonObject,
  type JsonText,
  memberOf,
  parseJson,
  printJson,
  scalar,
  toValue,
} from '@waypost/protocol';
import { arrayOf, isTrue, itemsOf, objectOf, textOf } from '../../json-edit.ts';

export interface Origin {
  readonly bom: boolean;
  readonly wrapper: Wrapper | null;
  /** Null where the file had no list of children. */
  readonly list: ListOrigin | null;
}

/** A member of an object, and the object without it. */
export interface Wrapper {
  readonly at: number;
  /** The member's name as written, with its quotes. */
  readonly name: string;
  readonly rest: JsonObject;
}

export interface ListOrigin {
  readonly at: number;
  readonly name: string;
  /** Entries that are no elements, with their place in the list. */
  readonly odd: readonly { readonly at: number; readonly node: JsonNode }[];
}

export const NO_ORIGIN: Origin = { bom: false, wrapper: null, list: null };

export function printOrigin(origin: Origin): JsonText {
  const { bom, wrapper, list } = origin;
  return printJson(
    objectOf({
      bom: bom ? scalar(true) : undefined,
      wrapper:
        wrapper === null
          ? undefined
          : objectOf({ at: scalar(wrapper.at), name: scalar(wrapper.name), rest: wrapper.rest }),
      list: list === null ? undefined : printList(list),
    }),
  );
}

/** Null for elements that no file brought. What cannot be read is no hint. */
export function parseOrigin(text: JsonText | null): Origin | null {
  if (text === null) return null;
  const node = parseJson(text);
  const [wrapper, list] = [memberOf(node, 'wrapper'), memberOf(node, 'list')];
  const rest = memberOf(wrapper, 'rest');
  return {
    bom: isTrue(memberOf(node, 'bom')),
    wrapper: rest?.kind === 'object' ? { ...placeOf(wrapper, '"collection"'), rest } : null,
    list: list === undefined ? null : { ...placeOf(list, ''), odd: itemsOf(memberOf(list, 'odd')).flatMap(oddEntry) },
  };
}

function printList({ at, name, odd }: ListOrigin): JsonNode {
  const plain = name === '"item"' || name === '"response"';
  return objectOf({
    at: scalar(at),
    name: plain ? undefined : scalar(name),
    odd: odd.length === 0 ? undefined : arrayOf(odd.map((entry) => arrayOf([scalar(entry.at), entry.node]))),
  });
}

function placeOf(node: JsonNode | undefined, name: string): { at: number; name: string } {
  return { at: integerOf(memberOf(node, 'at')), name: textOf(memberOf(node, 'name')) ?? name };
}

function oddEntry(entry: JsonNode): { at: number; node: JsonNode }[] {
  const [at, node] = itemsOf(entry);
  return node === undefined ? [] : [{ at: integerOf(at), node }];
}

function integerOf(node: JsonNode | undefined): number {
  const value = node === undefined ? 0 : toValue(node);
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : 0;
}
