/** The PATH language of the command line, and the assignments written with it. */

export type Step =
  | { readonly by: 'name'; readonly name: string }
  /** `[KEY]`: the row of that key, else the entry at that place. */
  | { readonly by: 'key'; readonly key: string }
  /** `[#ROWID]` */
  | { readonly by: 'row'; readonly id: string }
  /** `[+]` */
  | { readonly by: 'new' };

export type Assignment =
  | { readonly op: 'text'; readonly path: string; readonly text: string }
  | { readonly op: 'json'; readonly path: string; readonly json: string }
  | { readonly op: 'file'; readonly path: string; readonly file: string };

/** A path or a value that cannot be used, said in one sentence. */
export class PathError extends Error {
  readonly code: 'bad-path' | 'bad-value' | 'ambiguous' | 'not-there' | 'in-the-way';

  constructor(code: PathError['code'], message: string) {
    super(message);
    this.name = 'PathError';
    this.code = code;
  }
}

/** `request.header[Accept].value`; brackets take JSON strings where a key holds a `]`: `values["a]b"]`. */
export function parsePath(path: string): readonly [Step, ...Step[]] {
  const steps: Step[] = [];
  let at = 0;
  while (at < path.length) {
    if (path[at] === '[') {
      const { step, end } = parseBracket(path, at);
      steps.push(step);
      at = end;
    } else {
      if (path[at] === '.' && steps.length > 0) at += 1;
      const name = /^[^.[\]]+/.exec(path.slice(at))?.[0];
      if (name === undefined)
        throw new PathError('bad-path', `"${path}" is no path: a name is missing at character ${at + 1}.`);
      steps.push({ by: 'name', name });
      at += name.length;
    }
  }
  const [first, ...rest] = steps;
  if (first === undefined)
    throw new PathError('bad-path', 'A path is missing: write for instance request.method=POST.');
  return [first, ...rest];
}

/** `PATH=TEXT`, `PATH:=JSON`, `PATH=@FILE`. */
export function parseAssignment(argument: string): Assignment {
  const at = assignmentSign(argument);
  if (at <= 0)
    throw new PathError('bad-path', `"${argument}" is no assignment: write PATH=TEXT, PATH:=JSON or PATH=@FILE.`);
  const value = argument.slice(at + 1);
  if (argument[at - 1] === ':') return { op: 'json', path: argument.slice(0, at - 1), json: value };
  const path = argument.slice(0, at);
  return value.startsWith('@') ? { op: 'file', path, file: value.slice(1) } : { op: 'text', path, text: value };
}

function parseBracket(path: string, at: number): { step: Step; end: number } {
  const quoted = /^\[("(?:[^"\\]|\\.)*")\]/.exec(path.slice(at));
  if (quoted?.[1] !== undefined) {
    return { step: { by: 'key', key: unquoted(quoted[1], path) }, end: at + quoted[0].length };
  }
  const end = path.indexOf(']', at);
  if (end < 0) throw new PathError('bad-path', `"${path}" is no path: a ] is missing.`);
  const inside = path.slice(at + 1, end);
  const step: Step =
    inside === '+'
      ? { by: 'new' }
      : inside.startsWith('#')
        ? { by: 'row', id: inside.slice(1) }
        : { by: 'key', key: inside };
  return { step, end: end + 1 };
}

function unquoted(source: string, path: string): string {
  try {
    return JSON.parse(source) as string;
  } catch {
    throw new PathError('bad-path', `"${path}" is no path: ${source} is not a JSON string.`);
  }
}

/** The first `=` outside of brackets: keys may hold one. */
function assignmentSign(argument: string): number {
  let at = 0;
  while (at < argument.length) {
    if (argument[at] === '=') return at;
    if (argument[at] === '[') {
      const quoted = /^\["(?:[^"\\]|\\.)*"\]/.exec(argument.slice(at));
      const end = quoted === null ? argument.indexOf(']', at) : at + quoted[0].length - 1;
      if (end < 0) return -1;
      at = end;
    }
    at += 1;
  }
  return -1;
}
