/** What a file to be imported says, before anything of it is saved. Pure: the worker runs it, and so do tests. */
import {
  findCredentials,
  type Imported,
  type ImportedElement,
  ImportError,
  importPostman,
  labelOf,
  type ReportEntry,
} from '@waypost/model';
import { type ElementId, parseJson, TREE_DEPTH_MAX } from '@waypost/protocol';
import { messageOf } from '../design/words.ts';

export interface Root {
  readonly id: ElementId;
  readonly kind: string;
  readonly name: string;
}

/** Something that looks like a credential. Never the value itself. */
export interface FoundCredential {
  readonly element: ElementId;
  readonly kind: string;
  /** Of the element. */
  readonly name: string;
  readonly path: string;
  readonly reason: string;
  /** The variable whose value it is: that can be kept on this device. Null where it stands in a request itself. */
  readonly variable: string | null;
}

export type ReadFile =
  | { readonly kind: 'failed'; readonly name: string; readonly message: string }
  | {
      readonly kind: 'read';
      readonly name: string;
      readonly roots: readonly Root[];
      readonly counts: Readonly<Record<string, number>>;
      readonly report: readonly ReportEntry[];
      readonly credentials: readonly FoundCredential[];
      readonly elements: readonly ImportedElement[];
    };

export function readFile(name: string, text: string, newId: () => ElementId): ReadFile {
  if (text.trim() === '') return failed(name, 'It is empty.');
  if (text.startsWith('PK\u0003\u0004')) return failed(name, 'It is a zip file: unpack it, and drop the folder.');
  try {
    const imported = importPostman(text, { newId });
    if (depthOf(imported) > TREE_DEPTH_MAX)
      return failed(
        name,
        `It has folders in folders deeper than ${TREE_DEPTH_MAX} levels. Move the innermost up, and try again.`,
      );
    const roots: Root[] = [];
    const credentials: FoundCredential[] = [];
    for (const { id, kind, parent, data } of imported.elements) {
      const node = parseJson(data);
      const label = labelOf(kind, node).name;
      if (parent === null) roots.push({ id, kind, name: label });
      for (const { path, reason } of findCredentials(kind, node))
        credentials.push({ element: id, kind, name: label, path, reason, variable: variableIn(path) });
    }
    const { counts, report, elements } = imported;
    return { kind: 'read', name, roots, counts, report, credentials, elements };
  } catch (error) {
    if (error instanceof ImportError) return failed(name, error.message);
    return failed(name, `It could not be understood: ${messageOf(error)}`);
  }
}

function failed(name: string, message: string): ReadFile {
  return { kind: 'failed', name, message };
}

function depthOf({ elements }: Imported): number {
  const depths = new Map<ElementId, number>();
  let deepest = 0;
  for (const { id, parent } of elements) {
    const depth = parent === null ? 1 : (depths.get(parent) ?? 0) + 1;
    depths.set(id, depth);
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** The same for a file that may have gone, or grown unreadable, since it was chosen. */
export async function readBlob(
  name: string,
  content: { readonly text: () => Promise<string> } | string,
  newId: () => ElementId,
): Promise<ReadFile> {
  let text: string;
  try {
    text = typeof content === 'string' ? content : await content.text();
  } catch (error) {
    return failed(name, `It can no longer be read: choose it again. ${messageOf(error)}`);
  }
  return readFile(name, text, newId);
}

/** `values[token]` and `variable[token]` are rows of variables. */
function variableIn(path: string): string | null {
  return /^(?:values|variable)\[(.*)\]$/s.exec(path)?.[1] ?? null;
}
