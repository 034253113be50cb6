/** How a decision is undone: what stood before it, written again as a change of its own. */
import type { ConflictView, Decision, Intent } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';

export function undoOf(
  { element, type, fields }: Pick<ConflictView, 'element' | 'type' | 'fields'>,
  decision: Decision,
  created: ElementId | null,
): readonly Intent[] {
  const made: readonly Intent[] = created === null ? [] : [{ do: 'delete', id: created }];
  if (decision.kind === 'new' || created !== null) return made;
  switch (type) {
    case 'deleted':
      if (decision.kind === 'theirs') return [{ do: 'restore', id: element }, ...setting(element, fields, 'mine')];
      return [{ do: 'delete', id: element }];
    case 'changed-since':
      return decision.kind === 'mine' ? [{ do: 'restore', id: element }] : [{ do: 'delete', id: element }];
    case 'edit':
      switch (decision.kind) {
        case 'mine':
          return setting(element, fields, 'theirs');
        case 'theirs':
          return setting(element, fields, 'mine');
        case 'fields':
          return [
            ...setting(element, chosen(fields, decision.mine), 'theirs'),
            ...setting(element, chosen(fields, decision.theirs), 'mine'),
          ];
      }
  }
}

type Fields = ConflictView['fields'];

function setting(id: ElementId, fields: Fields, side: 'mine' | 'theirs'): readonly Intent[] {
  if (fields.length === 0) return [];
  return [{ do: 'set', id, fields: fields.map((field) => ({ group: field.group, value: field[side] })) }];
}

function chosen(fields: Fields, groups: readonly string[]): Fields {
  return fields.filter(({ group }) => groups.includes(group));
}
