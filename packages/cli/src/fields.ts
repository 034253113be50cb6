/** Groups of an element by PATH, with their values as JSON prints them. */
import type { ConflictView, Device } from '@waypost/client';
import { groupsAtPath, type GroupPath, pathsOfGroup } from '@waypost/model';
import { type Content, type Element, type JsonNode, parseJson, toValue } from '@waypost/protocol';

export function contentOf({ data, rows }: Pick<Element, 'data' | 'rows'>): Content {
  return { data: parseJson(data), rows };
}

export interface ConflictField {
  readonly path: string;
  readonly base: JsonNode | undefined;
  readonly mine: JsonNode | undefined;
  readonly theirs: JsonNode | undefined;
}

/** What stands in the element of a conflict; null where it is gone or in the trash. */
export async function standing(device: Device, { element, workspace }: ConflictView): Promise<Content | null> {
  const view = await device.read(element, workspace);
  return view === null ? null : contentOf(view);
}

export function conflictFields({ kind, fields }: ConflictView, content: Content | null): ConflictField[] {
  return fields.flatMap(({ group, base, mine, theirs }) =>
    pathsOfGroup(kind, group, valuesOf({ base, mine, theirs }), content).map(
      ({ path, valueOf }: GroupPath): ConflictField => ({
        path,
        base: valueOf(base),
        mine: valueOf(mine),
        theirs: valueOf(theirs),
      }),
    ),
  );
}

/** The groups of a conflict that a PATH means. */
export function conflictGroupsAt(
  { kind, fields }: ConflictView,
  path: string,
  content: Content | null,
): readonly string[] {
  const groups = fields.map((field) => ({ group: field.group, values: valuesOf(field) }));
  return groupsAtPath(kind, path, groups, content);
}

/** Null where there is nothing. */
export function jsonOf(node: JsonNode | undefined): unknown {
  return node === undefined ? null : toValue(node);
}

/** Mine and theirs are what a person decides between; the base only where it is all there is to compare with. */
function valuesOf({
  base,
  mine,
  theirs,
}: {
  readonly base: string | null;
  readonly mine: string | null;
  readonly theirs: string | null;
}): (string | null)[] {
  return mine === theirs ? [base, mine] : [mine, theirs];
}
