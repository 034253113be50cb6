/**
 * XML and HTML with a line for each element. Text is kept as written, with the elements that stand within a line of HTML;
 * what counts its spaces, like `pre`, is left alone.
 */
const TOKEN =
  /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)|<[!?][^>]*>?|<\/?[a-zA-Z_](?:"[^"]*"|'[^']*'|[^>"'])*>|[^<]+|</g;

/** Elements without an end in HTML. */
const VOID = names('area base br col embed hr img input link meta param source track wbr');
/** Elements that stand within a line of HTML. */
const INLINE = names(
  'a abbr b bdi bdo br cite code data dfn em i img kbd mark q s samp small span strong sub sup time u var wbr',
);
/** What HTML shows as written. */
const VERBATIM = names('pre script style textarea');
/** Longer text between two tags stands on lines of its own. */
const SHORT_MAX = 80;
const DEPTH_MAX = 200;

type Language = 'xml' | 'html';

interface Token {
  readonly kind: 'open' | 'close' | 'text';
  readonly text: string;
}

export function formatMarkup(text: string, language: Language, indent = '  '): string {
  const tokens = tokensOf(text, language);
  const lines: string[] = [];
  let depth = 0;
  const push = (line: string): void => void lines.push(indent.repeat(Math.min(depth, DEPTH_MAX)) + line);
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    const [next, after] = [tokens[at + 1], tokens[at + 2]];
    if (token?.kind === 'close') depth = Math.max(0, depth - 1);
    // An element that holds a short text, or nothing, keeps its line.
    if (token?.kind === 'open' && next?.kind === 'close') {
      push(token.text + next.text);
      at += 1;
    } else if (token?.kind === 'open' && isShort(next) && after?.kind === 'close') {
      push(token.text + next.text + after.text);
      at += 2;
    } else if (token !== undefined) {
      push(token.text);
      if (token.kind === 'open') depth += 1;
    }
  }
  return lines.join('\n');
}

function isShort(token: Token | undefined): token is Token {
  return token?.kind === 'text' && token.text.length <= SHORT_MAX && !token.text.includes('\n');
}

function tokensOf(text: string, language: Language): Token[] {
  const tokens: Token[] = [];
  /** Text that may go on with the next token. */
  let run = '';
  const endRun = (): void => {
    if (run.trim() !== '') tokens.push({ kind: 'text', text: run.trim() });
    run = '';
  };
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const part = match[0];
    const name = /^<\/?([a-zA-Z_][^\s/>]*)/.exec(part)?.[1]?.toLowerCase();
    if (name === undefined && !/^<[!?]/.test(part)) run += part;
    else if (name !== undefined && language === 'html' && INLINE.has(name)) run += part;
    else {
      endRun();
      const isVerbatim = name !== undefined && language === 'html' && VERBATIM.has(name) && !part.startsWith('</');
      const end = isVerbatim ? verbatimEnd(text, name, TOKEN.lastIndex) : TOKEN.lastIndex;
      tokens.push({ kind: isVerbatim ? 'text' : kindOf(part, name, language), text: text.slice(match.index, end) });
      TOKEN.lastIndex = end;
    }
  }
  endRun();
  return tokens;
}

function kindOf(part: string, name: string | undefined, language: Language): Token['kind'] {
  if (name === undefined || part.endsWith('/>')) return 'text';
  if (part.startsWith('</')) return 'close';
  return language === 'html' && VOID.has(name) ? 'text' : 'open';
}

function verbatimEnd(text: string, name: string, from: number): number {
  const close = new RegExp(`</${name}\\s*>`, 'ig');
  close.lastIndex = from;
  return close.exec(text) === null ? text.length : close.lastIndex;
}

function names(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
