/** Taking the list of children out of an item, and putting one back where it stood. */
import type { JsonMember, JsonNode, JsonObject } from '@waypost/protocol';
import { arrayOf } from '../../json-edit.ts';
import type { ListOrigin } from './origin.ts';

export interface Split {
  /** The item without the list. */
  readonly data: JsonObject;
  readonly children: readonly { readonly node: JsonObject; readonly at: number }[];
  /** Null where there is no list of that name. */
  readonly list: ListOrigin | null;
}

/** Only a list is taken out: `response: null` stays in the data, and so does the first of two lists of one name. */
export function splitChildren(node: JsonObject, name: string): Split {
  const at = node.members.findLastIndex(({ key }) => key === name);
  const member = node.members[at];
  if (member?.value.kind !== 'array') return { data: node, children: [], list: null };
  const children: { node: JsonObject; at: number }[] = [];
  const odd: { node: JsonNode; at: number }[] = [];
  member.value.items.forEach((item, place) => {
    if (item.kind === 'object') children.push({ node: item, at: place });
    else odd.push({ node: item, at: place });
  });
  const data: JsonObject = { kind: 'object', members: node.members.toSpliced(at, 1) };
  return { data, children, list: { at, name: member.keySource, odd } };
}

export function joinChildren(
  data: JsonObject,
  name: string,
  children: readonly JsonNode[],
  list: ListOrigin | null,
): JsonObject {
  const items = [...children];
  for (const { at, node } of list?.odd ?? []) items.splice(Math.min(at, items.length), 0, node);
  const keySource = list === null || list.name === '' ? JSON.stringify(name) : list.name;
  const member: JsonMember = { key: name, keySource, value: arrayOf(items) };
  const at = Math.min(list?.at ?? data.members.length, data.members.length);
  return { kind: 'object', members: data.members.toSpliced(at, 0, member) };
}
