/** `PATH=TEXT`, `PATH:=JSON`, `PATH=@FILE` and `--unset PATH`, as edits of an element's content. */
import { type Edit, editContent, type Fresh, parseAssignment, PathError } from '@waypost/model';
import type { Content } from '@waypost/protocol';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './failure.ts';
import { readTextFile } from './files.ts';
import { newId } from './new-id.ts';

/** Rows are born with an id of their own. */
const FRESH: Fresh = { id: () => newId(), chance: () => Math.random() };

/** In the order in which they were written, and what is to be removed last. */
export async function readEdits(
  { terminal }: Pick<Context, 'terminal'>,
  assignments: readonly string[],
  unset: readonly string[],
): Promise<Edit[]> {
  const edits: Edit[] = [];
  for (const argument of assignments) {
    const assignment = sayingPath(() => parseAssignment(argument));
    if (assignment.op === 'file')
      edits.push({ op: 'text', path: assignment.path, text: await readTextFile(assignment.file, terminal) });
    else edits.push(assignment);
  }
  return [...edits, ...unset.map((path): Edit => ({ op: 'unset', path }))];
}

export function withEdits(kind: string, content: Content, edits: readonly Edit[]): Content {
  return edits.length === 0 ? content : sayingPath(() => editContent(kind, content, edits, FRESH));
}

/** A path that cannot be read is wrong usage; one that leads nowhere in this element is not. */
function sayingPath<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    const isUsage = error.code === 'bad-path' || error.code === 'bad-value';
    throw new CommandError(isUsage ? 'usage' : error.code, error.message, isUsage ? EXIT.usage : EXIT.failed);
  }
}
