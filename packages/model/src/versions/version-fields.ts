/**
 * What each version of an element brought, in words. History stores what a version replaced; what it brought is what a later
 * one replaced, or what stands.
 */

import { type Content, type JsonNode, type JsonText, readGroup } from '@waypost/protocol';
import { schemas } from '../kinds/schemas.ts';
import { type Difference, fieldsOfDifferences } from '../paths/differences.ts';
import type { Version } from './versions.ts';

export interface VersionFields {
  /** As watching calls it. */
  readonly event: 'created' | 'changed' | 'moved' | 'deleted' | 'restored';
  readonly fields: readonly VersionField[];
}

export interface VersionField {
  readonly path: string;
  /** `undefined` where it was taken away; null where the value is not in the list. */
  readonly value: JsonNode | undefined | null;
}

const CREATED = '@created';
const PLACE = '@place';
const TRASH = '@trash';

/** For each version, newest first like them. `content` is what stands; null where it is gone, or in the trash. */
export function fieldsOfVersions(kind: string, versions: readonly Version[], content: Content | null): VersionFields[] {
  const standing = new Map<string, JsonText | null | undefined>();
  const brought = (group: string): JsonText | null | undefined =>
    standing.has(group) ? standing.get(group) : content === null ? undefined : readGroup(schemas(kind), content, group);
  return versions.map((version) => {
    const isUnmerged = version.status === 'unmerged';
    const after = new Map(
      version.groups.map((group) => [group, isUnmerged ? version.values.get(group) : brought(group)]),
    );
    const differences = version.groups.map((group): Difference => {
      const values = [isUnmerged ? brought(group) : version.values.get(group), after.get(group)];
      return { group, values: values.every((value) => value !== undefined) ? values : [] };
    });
    if (!isUnmerged) for (const group of version.groups) standing.set(group, version.values.get(group));
    const fields = fieldsOfDifferences(kind, differences, content).map(({ group, path, valueOf }): VersionField => {
      const value = after.get(group);
      return { path, value: value === undefined ? null : valueOf(value) };
    });
    return { event: eventOf(version), fields };
  });
}

function eventOf({ groups, values }: Version): VersionFields['event'] {
  if (values.has(CREATED)) return 'created';
  if (groups.includes(TRASH)) return values.get(TRASH) === 'true' ? 'restored' : 'deleted';
  return groups.length > 0 && groups.every((group) => group === PLACE) ? 'moved' : 'changed';
}
