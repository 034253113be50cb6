/** JSON with line breaks, its literals and variables as they were. */
import { type JsonNode, JsonSyntaxError, parseJson } from '@waypost/protocol';

/** Null where it is not JSON. */
export function beautifyJson(text: string): string | null {
  const names: string[] = [];
  // Every variable that stands for a value becomes a string that nobody would write, and comes back afterwards.
  const masked = text.replaceAll(/"(?:[^"\\\n]|\\.)*"|\{\{[^{}]*\}\}/g, (found) => {
    if (found.startsWith('"')) return found;
    names.push(found);
    return `"${MARK}${names.length - 1}${MARK}"`;
  });
  try {
    const printed = print(parseJson(masked), '');
    return printed.replaceAll(new RegExp(`"${MARK}(\\d+)${MARK}"`, 'g'), (_, at: string) => names[Number(at)] ?? '');
  } catch (error) {
    if (error instanceof JsonSyntaxError) return null;
    throw error;
  }
}

/** Of a private area of Unicode. */
const MARK = '\uE0F1';

function print(node: JsonNode, indent: string): string {
  if (node.kind === 'scalar') return node.source;
  const inner = `${indent}  `;
  const parts =
    node.kind === 'array'
      ? node.items.map((item) => inner + print(item, inner))
      : node.members.map(({ keySource, value }) => `${inner}${keySource}: ${print(value, inner)}`);
  const [open, close] = node.kind === 'array' ? ['[', ']'] : ['{', '}'];
  return parts.length === 0 ? open + close : `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}
