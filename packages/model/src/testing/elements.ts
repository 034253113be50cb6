/** Builders for tests. */
import { type Content, type ElementId, type JsonNode, parseJson, printJson } from '@waypost/protocol';
import type { Imported, ImportedElement } from '../formats/imported.ts';
import { importPostman } from '../formats/postman/import.ts';

/** Ids in the order in which they are asked for. */
export function countingIds(): () => ElementId {
  let count = 0;
  return () => {
    count += 1;
    return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}` as ElementId;
  };
}

export function imported(text: string): Imported {
  return importPostman(text, { newId: countingIds() });
}

export function contentOf(element: Pick<ImportedElement, 'data' | 'rows'>): Content {
  return { data: parseJson(element.data), rows: element.rows };
}

export function content(value: unknown): Content {
  return { data: parseJson(JSON.stringify(value)), rows: {} };
}

export function valueOf(node: JsonNode | undefined): unknown {
  return node === undefined ? undefined : (JSON.parse(printJson(node)) as unknown);
}

/** New rows get `new1`, `new2`, … and always the same places. */
export function countingRows(): { readonly id: () => string; readonly chance: () => number } {
  let count = 0;
  return {
    id: () => {
      count += 1;
      return `new${count}`;
    },
    chance: () => 0.5,
  };
}

export function rootOf({ elements, root }: Imported): {
  readonly root: ImportedElement;
  readonly below: readonly ImportedElement[];
} {
  const found = elements.find(({ id }) => id === root[0]);
  if (found === undefined) throw new Error('Nothing was imported.');
  return { root: found, below: elements.filter(({ id }) => id !== found.id) };
}
