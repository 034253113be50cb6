/** `waypost history`: what was written when, and putting an earlier version back. */
import {
  type Asking,
  fieldsOfVersions,
  readVersions,
  readVersionValues,
  schemas,
  valueText,
  type Version,
  type VersionField,
  withValues,
} from '@waypost/model';
import {
  differences,
  type Element,
  type ElementId,
  type JsonNode,
  memberOf,
  type WorkspaceId,
} from '@waypost/protocol';
import { needingServer } from '../asking-server.ts';
import type { Context } from '../context.ts';
import { CommandError, EXIT, type ExitCode, usageError } from '../failure.ts';
import { contentOf } from '../fields.ts';
import { locate, notFound, shortId } from '../finding.ts';
import { byOf, byText } from '../naming.ts';
import { cut, nameText, oneLine, quoted } from '../output/text.ts';
import { relativeTime } from '../output/relative-time.ts';
import { type Session, withSession } from '../session.ts';
import { edit, type EditOptions, unchanged } from './editing.ts';

export interface HistoryOptions extends EditOptions {
  readonly restore?: string;
}

interface Subject {
  readonly id: ElementId;
  readonly workspace: WorkspaceId;
  readonly name: string;
  readonly kind: string;
}

export async function history(context: Context, idText: string, options: HistoryOptions): Promise<ExitCode> {
  const revision = options.restore === undefined ? null : readRevision(options.restore);
  return withSession(context, async (session) => {
    const { device } = session;
    const { id, workspace, summary } = locate(device, idText, { trashed: true });
    const subject: Subject = { id, workspace, name: summary.name, kind: summary.kind };
    const { versions, names } = await needingServer(() => readVersions(asking(session), subject));
    const known = { account: session.account, device: { names: () => ({ ...device.names(), ...names }) } };
    const element = await device.read(id, workspace);
    if (revision === null) return show(context, known, { versions, element, subject });
    if (element === null) throw notFound(idText, 'element outside of the trash');
    return restore(context, session, options, { versions, element, subject, revision });
  });
}

function asking(session: Session): Asking {
  return async (path) => Buffer.from(await session.fetcher().get(path)).toString();
}

function readRevision(text: string): number {
  if (!/^\d+$/.test(text)) throw usageError(`--restore takes the revision of a version, a number, not "${text}".`);
  return Number(text);
}

function show(
  { output }: Context,
  known: Parameters<typeof byOf>[0],
  {
    versions,
    element,
    subject,
  }: { readonly versions: readonly Version[]; readonly element: Element | null; readonly subject: Subject },
): ExitCode {
  const content = element === null ? null : contentOf(element);
  const told = fieldsOfVersions(subject.kind, versions, content);
  const shown = versions.map((version, at) => ({
    ...{ version, by: byOf(known, version.by) },
    ...(told[at] ?? { event: 'changed' as const, fields: [] }),
  }));
  const json = {
    versions: shown.map(({ version: { revision, at, status }, by, event, fields }) => {
      const paths = [...new Set(fields.map(({ path }) => path))];
      return { revision, by, device: by?.device ?? null, at, fields: paths, status, event };
    }),
  };
  output.result(json, () => {
    const { paint } = output;
    output.line(`${paint('bold', nameText(subject.name))} ${paint('dim', `${subject.kind} ${shortId(subject.id)}`)}`);
    const now = Date.now();
    output.table(
      ['REVISION', 'WHEN', 'BY', 'STATUS', 'WHAT'],
      shown.map(({ version: { revision, at, status }, by, event, fields }) => [
        String(revision),
        relativeTime(at, now),
        byText(known, by),
        status === 'unmerged' ? paint('yellow', 'unmerged') : status === 'current' ? paint('green', 'current') : status,
        [...(event === 'changed' ? [] : [event]), ...fields.map(fieldText)].join(', '),
      ]),
    );
    output.line(paint('dim', `\`waypost history ${shortId(subject.id)} --restore REVISION\` puts a version back.`));
  });
  return EXIT.done;
}

/** A value that is longer is for `get`, once it is put back. */
const VALUE_WIDTH_MAX = 60;

function fieldText({ path, value }: VersionField): string {
  if (value === undefined) return `${oneLine(path)} taken away`;
  if (value === null) return oneLine(path);
  return `${oneLine(path)} = ${cut(oneLine(shortText(value)), VALUE_WIDTH_MAX)}`;
}

/** Of a row only its value: its key is in the path. */
function shortText(node: JsonNode): string {
  if (node.kind === 'array') return node.items.map(valueText).join(' ⏎ ');
  const value = memberOf(node, 'value');
  return valueText(value?.kind === 'scalar' ? value : node);
}

async function restore(
  context: Context,
  session: Session,
  options: HistoryOptions,
  {
    versions,
    element,
    subject,
    revision,
  }: {
    readonly versions: readonly Version[];
    readonly element: Element;
    readonly subject: Subject;
    readonly revision: number;
  },
): Promise<ExitCode> {
  const { id, workspace, kind, name } = subject;
  const version = versions.find((one) => one.revision === revision);
  if (version === undefined) {
    throw new CommandError(
      'not-found',
      `${quoted(name)} has no version ${revision}: \`waypost history ${shortId(id)}\` lists them.`,
    );
  }
  const before = contentOf(element);
  const after = withValues(kind, before, await readVersionValues(asking(session), subject, version));
  const changed = differences(schemas(kind), before, after);
  if (changed.length === 0) return unchanged(context, session, { id, workspace });
  const fields = changed.map(({ group, before: value, after: now }) => ({
    ...{ group, value: now },
    base: { value, revision: (element.stamps[group] ?? element.created).revision },
  }));
  return edit(context, session, options, {
    id,
    workspace,
    intents: [{ do: 'set', id, fields }],
    done: `Put ${quoted(name)} back as it was at ${revision}.`,
  });
}
