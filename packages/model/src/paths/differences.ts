/** Differences of several groups by path, without what goes without saying. */
import type { Content } from '@waypost/protocol';
import { type GroupPath, pathsOfGroup } from './of-group.ts';

/** Each path once, in the order of the groups. */
export function pathsOf(kind: string, groups: readonly string[], content: Content | null): string[] {
  return pathsOfDifferences(
    kind,
    groups.map((group) => ({ group, values: [] })),
    content,
  );
}

export interface Difference {
  readonly group: string;
  /** Of one group only the paths are named that differ among these. */
  readonly values: readonly (string | null)[];
}

export function pathsOfDifferences(
  kind: string,
  differences: readonly Difference[],
  content: Content | null,
): string[] {
  return [...new Set(fieldsOfDifferences(kind, differences, content).map(({ path }) => path))];
}

export interface DifferentField extends GroupPath {
  readonly group: string;
}

/** In the order of the groups. What is not data (the place) is none of them. */
export function fieldsOfDifferences(
  kind: string,
  differences: readonly Difference[],
  content: Content | null,
): DifferentField[] {
  const fields = differences
    .filter(({ group }) => !group.startsWith('@'))
    .flatMap(({ group, values }) => pathsOfGroup(kind, group, values, content).map((field) => ({ group, ...field })));
  // A new row has a place in its list, too; naming the row says so. What lies in something named goes without saying.
  return fields.filter(
    ({ path }) => !fields.some((other) => other.path.startsWith(`${path}[`) || path.startsWith(`${other.path}.`)),
  );
}
