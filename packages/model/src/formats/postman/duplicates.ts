/** Where an object names a member twice. */
import type { JsonNode } from '@waypost/protocol';

export function duplicateMembers(root: JsonNode): string[] {
  const found: string[] = [];
  visit(root, '', found);
  return found;
}

function visit(node: JsonNode, path: string, found: string[]): void {
  if (node.kind === 'array') {
    node.items.forEach((item, at) => {
      if (item.kind !== 'scalar') visit(item, `${path}[${at}]`, found);
    });
    return;
  }
  if (node.kind === 'scalar') return;
  const names = new Set<string>();
  for (const { key, value } of node.members) {
    const at = path === '' ? key : `${path}.${key}`;
    if (names.has(key)) found.push(at);
    names.add(key);
    if (value.kind !== 'scalar') visit(value, at, found);
  }
}
