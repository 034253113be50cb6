/** Changes that the server refused: what they were about, why, and how to do them again. */
import type { Intent, RefusedChange } from '@waypost/client';
import { schemas } from '@waypost/model';
import { type ElementId, parseJson, type RejectionCode, type Write } from '@waypost/protocol';
import type { Elements } from '../desk/elements.ts';
import { lastPlace } from '../desk/placing.ts';

const REASONS: Readonly<Record<RejectionCode, string>> = {
  cycle: 'It would put a folder into itself, or folders into each other too deep.',
  'no-parent': 'The folder it goes to was deleted.',
  'read-only': 'Your role in this workspace is viewer.',
  forbidden: 'Your role does not allow it.',
  invalid: 'It does not fit its kind.',
  depends: 'It builds on a change that was refused.',
  'too-large': 'The element is larger than 8 MB.',
  quota: 'The workspace is full.',
  'schema-too-new': 'The server is older than this Waypost.',
};

export function reasonText(code: string): string {
  return REASONS[code as RejectionCode] ?? `The server says: ${code}.`;
}

/** As the device sent them. */
export function writesOf({ writes }: Pick<RefusedChange, 'writes'>): readonly Write[] {
  return JSON.parse(writes) as readonly Write[];
}

const DOES: Readonly<Partial<Record<Write['op'], string>>> = {
  create: 'Create',
  set: 'Edit',
  move: 'Move',
  delete: 'Delete',
  restore: 'Restore',
  purge: 'Delete for good',
  park: 'Keep in the history',
};

export interface RefusedPart {
  readonly id: ElementId;
  readonly does: string;
  readonly name: string;
}

/** What a change would have done, element by element. */
export function partsOf(refused: Pick<RefusedChange, 'writes'>, elements: Pick<Elements, 'summary'>): RefusedPart[] {
  const parts = new Map<ElementId, RefusedPart>();
  for (const write of writesOf(refused)) {
    const does = DOES[write.op];
    if (does === undefined || !('id' in write) || parts.has(write.id)) continue;
    parts.set(write.id, { id: write.id, does, name: nameIn(write, elements) });
  }
  return [...parts.values()];
}

function nameIn(write: Write & { readonly id: ElementId }, elements: Pick<Elements, 'summary'>): string {
  const known = elements.summary(write.id)?.name ?? '';
  if (known !== '' || write.op !== 'create') return known === '' ? 'something that is gone' : known;
  return schemas(write.kind).label(parseJson(write.data)).name;
}

/** Over what stands now. Empty where nothing of it can be done any more. */
export function againOf(
  refused: Pick<RefusedChange, 'writes'>,
  elements: Pick<Elements, 'summary' | 'list'>,
): readonly Intent[] {
  const made = new Set<ElementId>();
  const isThere = (id: ElementId): boolean => made.has(id) || elements.summary(id)?.trashed === false;
  return writesOf(refused).flatMap((write): readonly Intent[] => {
    switch (write.op) {
      case 'create': {
        if (isThere(write.id)) return [];
        const parent = write.parent !== null && isThere(write.parent) ? write.parent : null;
        const isElsewhere = parent !== write.parent;
        made.add(write.id);
        const { order, makingRoom } = isElsewhere
          ? lastPlace(elements, parent)
          : { order: write.order, makingRoom: [] as readonly Intent[] };
        const { id, kind, schema, data, rows, origin } = write;
        return [...makingRoom, { do: 'create', id, kind, schema, parent, order, data, rows, origin }];
      }
      case 'set':
        if (!isThere(write.id)) return [];
        return [{ do: 'set', id: write.id, fields: write.fields.map(({ group, value }) => ({ group, value })) }];
      case 'move':
        if (!isThere(write.id) || (write.parent !== null && !isThere(write.parent))) return [];
        return [{ do: 'move', id: write.id, parent: write.parent, order: write.order }];
      case 'delete':
        return isThere(write.id) ? [{ do: 'delete', id: write.id }] : [];
      case 'restore':
        return elements.summary(write.id)?.trashed === true ? [{ do: 'restore', id: write.id }] : [];
      case 'purge':
        return elements.summary(write.id)?.trashed === true ? [{ do: 'purge', id: write.id }] : [];
      case 'close':
      case 'park':
      case 'resend':
        return [];
    }
  });
}
