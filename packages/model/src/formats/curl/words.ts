/** A command line in words, as a POSIX shell reads it (and `^` at the end of a line, as that of Windows). */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < line.length) {
    const character = line[at] as string;
    const next = line[at + 1];
    if (character === '\\' || (character === '^' && next !== undefined && /[\r\n]/.test(next))) {
      // Before a line break it goes on with the next line.
      const isBreak = next === '\n' || next === '\r';
      if (!isBreak && next !== undefined) word = (word ?? '') + next;
      at += next === '\r' && line[at + 2] === '\n' ? 3 : 2;
    } else if (character === "'") {
      const end = endOf(line, at + 1, "'");
      word = (word ?? '') + line.slice(at + 1, end);
      at = end + 1;
    } else if (character === '"') {
      const end = quotedEnd(line, at + 1, '"');
      word =
        (word ?? '') +
        line
          .slice(at + 1, end)
          .replaceAll(/\\(["\\$`]|\r?\n)/g, (_, sign: string) => (sign.endsWith('\n') ? '' : sign));
      at = end + 1;
    } else if (character === '$' && next === "'") {
      const end = quotedEnd(line, at + 2, "'");
      word = (word ?? '') + unescaped(line.slice(at + 2, end));
      at = end + 1;
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
    } else {
      word = (word ?? '') + character;
      at += 1;
    }
  }
  return word === null ? words : [...words, word];
}

/** The end of the line where the quote is never closed. */
function endOf(line: string, from: number, quote: string): number {
  const end = line.indexOf(quote, from);
  return end < 0 ? line.length : end;
}

function quotedEnd(line: string, from: number, quote: string): number {
  let at = from;
  while (at < line.length && line[at] !== quote) at += line[at] === '\\' ? 2 : 1;
  return Math.min(at, line.length);
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\u0007',
  e: '\u001b',
};

/** `$'…'` of bash, as browsers write it. */
function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:u([0-9a-fA-F]{1,4})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|([^]))/g,
    (_, unicode, hex, octal, sign) => {
      const code = (unicode as string | undefined) ?? (hex as string | undefined);
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal as string, 8));
      return ESCAPES[sign as string] ?? (sign as string);
    },
  );
}
