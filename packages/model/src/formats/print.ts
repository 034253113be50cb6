/** JSON text as people read it: two spaces, one member a line, the same bytes for the same tree on every device. */
import type { JsonNode } from '@waypost/protocol';

export function printPretty(node: JsonNode): string {
  const out: string[] = [];
  print(node, '\n', out);
  out.push('\n');
  return out.join('');
}

function print(node: JsonNode, newline: string, out: string[]): void {
  if (node.kind === 'scalar') {
    out.push(node.source);
    return;
  }
  const [open, close] = node.kind === 'array' ? ['[', ']'] : ['{', '}'];
  const inner = `${newline}  `;
  out.push(open);
  if (node.kind === 'array') {
    node.items.forEach((item, at) => {
      out.push(at === 0 ? inner : `,${inner}`);
      print(item, inner, out);
    });
  } else {
    node.members.forEach(({ keySource, value }, at) => {
      out.push(at === 0 ? inner : `,${inner}`, keySource, ': ');
      print(value, inner, out);
    });
  }
  const empty = (node.kind === 'array' ? node.items : node.members).length === 0;
  out.push(empty ? close : newline + close);
}
