/** XML and HTML with a line for each element. Text is kept as written; what counts its spaces, like `pre`, is left alone. */
const TOKEN =
  /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)|<[!?][^>]*>?|<\/?[a-zA-Z_](?:"[^"]*"|'[^']*'|[^>"'])*>|[^<]+|</g;

/** Elements without an end in HTML. */
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** What HTML shows as written. */
const VERBATIM = /^<(pre|script|style|textarea)\b/i;
/** Longer text between two tags stays on lines of its own. */
const INLINE_MAX = 80;

export function formatMarkup(text: string, language: 'xml' | 'html', indent = '  '): string {
  const tokens = tokensOf(text, language);
  const lines: string[] = [];
  let depth = 0;
  const push = (line: string): void => void lines.push(indent.repeat(Math.min(depth, DEPTH_MAX)) + line);
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? '';
    if (token.startsWith('</')) {
      depth = Math.max(0, depth - 1);
      push(token);
    } else if (!isOpening(token, language)) {
      push(token);
    } else {
      const [content = '', close = ''] = [tokens[at + 1], tokens[at + 2]];
      // An element that holds a short text, or nothing, keeps its line.
      if (content.startsWith('</')) {
        push(token + content);
        at += 1;
      } else if (!content.startsWith('<') && close.startsWith('</') && content.length <= INLINE_MAX) {
        push(token + content + close);
        at += 2;
      } else {
        push(token);
        depth += 1;
      }
    }
  }
  return lines.join('\n');
}

const DEPTH_MAX = 200;

function tokensOf(text: string, language: 'xml' | 'html'): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const token = match[0];
    const verbatim = language === 'html' ? VERBATIM.exec(token)?.[1] : undefined;
    if (verbatim !== undefined) {
      const close = new RegExp(`</${verbatim}\\s*>`, 'ig');
      close.lastIndex = TOKEN.lastIndex;
      const found = close.exec(text);
      const end = found === null ? text.length : close.lastIndex;
      tokens.push(text.slice(match.index, end));
      TOKEN.lastIndex = end;
      if (end === text.length) break;
    } else if (token.startsWith('<') && token.length > 1) tokens.push(token);
    else if (token.trim() !== '') tokens.push(token.trim());
  }
  return tokens;
}

function isOpening(token: string, language: 'xml' | 'html'): boolean {
  const name = /^<([a-zA-Z_][^\s/>]*)/.exec(token)?.[1];
  if (name === undefined || token.endsWith('/>')) return false;
  return language === 'xml' || !(VOID.has(name.toLowerCase()) || VERBATIM.test(token));
}
