/** `waypost set`: fields of an element by PATH. */
import type { IntendedField } from '@waypost/client';
import { schemas, pathsOfDifferences } from '@waypost/model';
import { differences } from '@waypost/protocol';
import { readEdits, withEdits } from '../assignments.ts';
import type { Context } from '../context.ts';
import { type ExitCode, usageError } from '../failure.ts';
import { contentOf } from '../fields.ts';
import { locate, notFound } from '../finding.ts';
import { withSession } from '../session.ts';
import { edit, type EditOptions, unchanged } from './editing.ts';
import { quoted } from '../output/text.ts';

export interface SetOptions extends EditOptions {
  readonly unset?: readonly string[];
}

export async function set(
  context: Context,
  idText: string,
  assignments: readonly string[],
  options: SetOptions,
): Promise<ExitCode> {
  const edits = await readEdits(context, assignments, options.unset ?? []);
  if (edits.length === 0) throw usageError('Say what to set: PATH=TEXT, PATH:=JSON, PATH=@FILE, or --unset PATH.');
  return withSession(context, async (session) => {
    const { id, workspace } = locate(session.device, idText);
    const element = await session.device.read(id, workspace);
    if (element === null) throw notFound(idText, 'element');
    const { kind } = element;
    const before = contentOf(element);
    const after = withEdits(kind, before, edits);
    const changed = differences(schemas(kind), before, after);
    if (changed.length === 0) return unchanged(context, session, { id, workspace });
    // Named here, because another process of this home may receive something newer before this is saved.
    const fields = changed.map(
      ({ group, before: value, after: now }): IntendedField => ({
        ...{ group, value: now },
        base: { value, revision: (element.stamps[group] ?? element.created).revision, epoch: element.epoch },
      }),
    );
    const paths = pathsOfDifferences(
      kind,
      changed.map(({ group, before: was, after: is }) => ({ group, values: [was, is] })),
      after,
    );
    const name = schemas(kind).label(after.data).name;
    return edit(context, session, options, {
      id,
      workspace,
      intents: [{ do: 'set', id, fields }],
      done: `Set ${paths.join(', ')} of ${quoted(name)}.`,
    });
  });
}
