import type { JsonNode } from '@waypost/protocol';

/** JSON on several lines, every literal as it is written in the source. */
export function prettyJson(node: JsonNode, indent = ''): string {
  const inner = `${indent}  `;
  switch (node.kind) {
    case 'scalar':
      return node.source;
    case 'array':
      if (node.items.length === 0) return '[]';
      return `[\n${node.items.map((item) => inner + prettyJson(item, inner)).join(',\n')}\n${indent}]`;
    case 'object':
      if (node.members.length === 0) return '{}';
      return `{\n${node.members.map(({ keySource, value }) => `${inner}${keySource}: ${prettyJson(value, inner)}`).join(',\n')}\n${indent}}`;
  }
}
