/**
 * JSON with a line for each member, without reading it into values: numbers, strings and their escapes stay as the server
 * wrote them, and so does whatever is no JSON at all. Several documents one after the other are each a document.
 */
export function formatJson(text: string, indent = '  '): string {
  const out: string[] = [];
  const end = text.length;
  let depth = 0;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let isBetween = false;
  const newline = (): void => void out.push('\n', indent.repeat(Math.min(depth, DEPTH_MAX)));
  while (at < end) {
    const code = text.charCodeAt(at);
    if (isSpace(code)) {
      at += 1;
      continue;
    }
    if (isBetween) {
      out.push('\n');
      isBetween = false;
    }
    const one = text[at] ?? '';
    if (one === '{' || one === '[') {
      const inside = skipSpace(text, at + 1);
      if (text[inside] === (one === '{' ? '}' : ']')) {
        out.push(one, text[inside] ?? '');
        at = inside + 1;
      } else {
        out.push(one);
        depth += 1;
        newline();
        at += 1;
        continue;
      }
    } else if (one === '}' || one === ']') {
      depth = Math.max(0, depth - 1);
      newline();
      out.push(one);
      at += 1;
    } else if (one === ',') {
      out.push(one);
      newline();
      at += 1;
      continue;
    } else if (one === ':') {
      out.push(': ');
      at += 1;
      continue;
    } else {
      const after = one === '"' ? stringEnd(text, at) : literalEnd(text, at);
      out.push(text.slice(at, after));
      at = after;
    }
    isBetween = depth === 0;
  }
  return out.join('');
}

/** Deeper nesting is shown as deep as this: an indent for each of a million brackets would fill the memory. */
const DEPTH_MAX = 200;

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function stringEnd(text: string, from: number): number {
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let slashes = quote - 1;
    while (text[slashes] === '\\') slashes -= 1;
    if ((quote - slashes) % 2 === 1) return quote + 1;
    at = quote + 1;
  }
}

function literalEnd(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && !/[\s{}[\],:"]/.test(text[at] ?? '')) at += 1;
  return at;
}
