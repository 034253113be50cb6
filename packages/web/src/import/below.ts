/** Putting what was read below a collection or folder that is there: the collections of the file become folders of it. */
import { type ImportedElement, schemas } from '@waypost/model';
import { type ElementId, type JsonNode, memberOf, parseJson, printJson } from '@waypost/protocol';

/** What cannot stand in a folder, environments say, stays at the top. Pure. */
export function placedBelow(elements: readonly ImportedElement[], target: ElementId): readonly ImportedElement[] {
  return elements.map((element) =>
    element.parent === null && element.kind === 'collection'
      ? {
          ...element,
          kind: 'folder',
          schema: schemas('folder').version,
          parent: target,
          data: printJson(folderOf(parseJson(element.data))),
        }
      : element,
  );
}

/** A folder has at its top what a collection says of itself in `info`; what only files have is left out. */
function folderOf(data: JsonNode): JsonNode {
  if (data.kind !== 'object') return data;
  const info = memberOf(data, 'info');
  const own = info?.kind === 'object' ? info.members.filter(({ key }) => key === 'name' || key === 'description') : [];
  return { kind: 'object', members: [...own, ...data.members.filter(({ key }) => key !== 'info')] };
}
