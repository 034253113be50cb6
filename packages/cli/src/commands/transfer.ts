/** `waypost import` and `export`. */
import { basename } from 'node:path';
import type { ChangeReceipt, Intent } from '@waypost/client';
import { homeOf, type Imported, ImportError, type ImportedElement, importPostman } from '@waypost/model';
import { orderKeys, TREE_DEPTH_MAX, type WorkspaceId } from '@waypost/protocol';
import type { Context } from '../context.ts';
import { documentOf, dumpOf } from '../everything.ts';
import { CommandError, EXIT, type ExitCode, usageError } from '../failure.ts';
import { type NewFile, newTextFile, readTextFile } from '../files.ts';
import { locate, shortId } from '../finding.ts';
import { newId } from '../new-id.ts';
import { nameText, oneLine, quoted } from '../output/text.ts';
import { count } from '../output/relative-time.ts';
import { type Session, withSession } from '../session.ts';
import { exitOf, settle, type Settled, settledText } from '../settle.ts';
import { workspaceFor } from './create.ts';
import type { EditOptions } from './editing.ts';

interface ImportedFile {
  readonly file: string;
  readonly imported: Imported;
}

/** A report may be long; people see its beginning. */
const REPORT_LINES_MAX = 20;
const PATH_CHARS_MAX = 100;

export async function importFiles(context: Context, files: readonly string[], options: EditOptions): Promise<ExitCode> {
  // All of them are read before anything is kept: one that is no good leaves nothing behind.
  const read: ImportedFile[] = [];
  for (const file of files) read.push({ file, imported: readFileOf(file, await readTextFile(file, context.terminal)) });
  return withSession(context, async (session) => {
    const { device } = session;
    if (session.account !== null) for (const one of read) refuseTooDeep(one);
    const receipts = await saveImported(context, session, read);
    const outcomes: Settled[] = [];
    for (const receipt of receipts) outcomes.push(await settle(context, session, receipt, options));
    const { pending } = device.status();
    const root = read.flatMap(({ imported }) => imported.root);
    const counts = total(read);
    const report = read.flatMap(({ file, imported }) =>
      imported.report.map((entry) => (read.length === 1 ? entry : { file, ...entry })),
    );
    context.output.result({ root, counts, report, pending }, () => {
      say(context, read, session);
      for (const outcome of outcomes.slice(-1)) context.output.line(settledText(context, session, outcome));
    });
    return outcomes.some(({ outcome }) => exitOf(outcome) !== EXIT.done) ? EXIT.unmerged : EXIT.done;
  });
}

async function saveImported(
  { output }: Context,
  session: Session,
  read: readonly ImportedFile[],
): Promise<readonly ChangeReceipt[]> {
  const progress = output.progress();
  const receipts: ChangeReceipt[] = [];
  try {
    for (const [workspace, intents] of intentsOf(session, read)) {
      progress.say(`Saving ${count(intents.length, 'element')}`);
      receipts.push(await session.device.change(intents, workspace));
    }
    return receipts;
  } finally {
    progress.end();
  }
}

function readFileOf(file: string, text: string): Imported {
  if (text.trim() === '') throw new CommandError('not-json', `${named(file)} was not imported: it is empty.`);
  try {
    return importPostman(text, { newId });
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    throw new CommandError(error.code, `${named(file)} was not imported: ${lowerFirst(error.message)}`);
  }
}

function named(file: string): string {
  return file === '-' ? 'Standard input' : file;
}

/** A server would refuse all of the file: better to hear it before it is saved. */
function refuseTooDeep({ file, imported }: ImportedFile): void {
  const depths = new Map<string, number>();
  for (const { id, parent } of imported.elements) {
    const depth = parent === null ? 1 : (depths.get(parent) ?? 0) + 1;
    depths.set(id, depth);
    if (depth > TREE_DEPTH_MAX)
      throw new CommandError(
        'invalid',
        `${named(file)} was not imported: it has folders in folders deeper than ${TREE_DEPTH_MAX} levels, and no server takes those. Move the innermost up, and try again.`,
      );
  }
}

function lowerFirst(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}

/** What is private to a person goes where only that person's devices see it; the rest goes behind what is there. */
function intentsOf(session: Session, read: readonly ImportedFile[]): Map<WorkspaceId, Intent[]> {
  const byWorkspace = new Map<WorkspaceId, ImportedElement[]>();
  for (const { imported } of read) {
    const places = new Map<string, WorkspaceId>();
    for (const element of imported.elements) {
      const above = element.parent === null ? undefined : places.get(element.parent);
      const workspace =
        above ?? workspaceFor(session, homeOf(element.kind) === 'account' ? element.kind : 'collection');
      places.set(element.id, workspace);
      const elements = byWorkspace.get(workspace);
      if (elements === undefined) byWorkspace.set(workspace, [element]);
      else elements.push(element);
    }
  }
  return new Map([...byWorkspace].map(([workspace, elements]) => [workspace, creating(session, workspace, elements)]));
}

function creating({ device }: Session, workspace: WorkspaceId, elements: readonly ImportedElement[]): Intent[] {
  const there = device.list(null, workspace);
  const roots = elements.filter(({ parent }) => parent === null).map(({ id }) => ({ id, order: null }));
  const orders = orderKeys([...there, ...roots], () => Math.random()).slice(there.length);
  const orderOf = new Map(roots.map(({ id }, at) => [id, orders[at]]));
  return elements.map(
    ({ id, kind, schema, parent, order, data, rows, origin }): Intent => ({
      do: 'create',
      id,
      kind,
      schema,
      parent,
      order: orderOf.get(id) ?? order,
      data,
      rows,
      origin,
    }),
  );
}

function total(read: readonly ImportedFile[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { imported } of read) {
    for (const [kind, number] of Object.entries(imported.counts)) counts[kind] = (counts[kind] ?? 0) + number;
  }
  return counts;
}

function say({ output }: Context, read: readonly ImportedFile[], { device }: Session): void {
  for (const { file, imported } of read) {
    const counts = Object.entries(imported.counts).map(([kind, number]) => count(number, kind));
    output.line(`${output.paint('bold', file === '-' ? named(file) : basename(file))}: ${counts.join(', ')}`);
    for (const id of imported.root)
      output.line(`  ${nameText(device.summary(id)?.name ?? '')} ${output.paint('dim', shortId(id))}`);
    for (const { path, level, message } of imported.report.slice(0, REPORT_LINES_MAX)) {
      output.line(
        `  ${output.paint(level === 'warning' ? 'yellow' : 'dim', level)} ${path === '' ? '' : `${ending(path)}: `}${message}`,
      );
    }
    if (imported.report.length > REPORT_LINES_MAX)
      output.line(
        output.paint('dim', `  … and ${imported.report.length - REPORT_LINES_MAX} more: --json has all of them.`),
      );
  }
}

/** Of a long path its end, which tells it from others. */
function ending(path: string): string {
  const text = oneLine(path);
  return text.length > PATH_CHARS_MAX ? `…${text.slice(-PATH_CHARS_MAX)}` : text;
}

export interface ExportOptions {
  readonly all?: boolean;
  readonly format?: string;
  readonly output?: string;
}

export async function exportDocument(
  context: Context,
  idText: string | undefined,
  options: ExportOptions,
): Promise<ExitCode> {
  const { all, format = 'postman', output: file } = options;
  if (format !== 'postman') throw usageError(`--format is postman, not "${format}".`);
  if ((all === true) === (idText !== undefined))
    throw usageError('Name an element to export, or say --all for everything.');
  return withSession(context, async (session) => {
    const { device } = session;
    const target = file === undefined || file === '-' ? null : await newTextFile(file);
    const { text, what } = await told(context, target, (progress) =>
      idText === undefined ? everything(session, progress) : one(session, idText, progress),
    );
    if (target === null) {
      context.output.raw(text);
      return EXIT.done;
    }
    await target.finish(text);
    context.output.result({ file, pending: device.status().pending }, () => {
      context.output.line(`Exported ${what} to ${file}.`);
    });
    return EXIT.done;
  });
}

type Progress = Parameters<typeof dumpOf>[1];

/** What is read for a file, with progress; where that fails, the file was not begun. */
async function told<Result>(
  { output }: Context,
  target: NewFile | null,
  read: (progress: Progress) => Promise<Result>,
): Promise<Result> {
  const progress = output.progress();
  try {
    return await read(progress);
  } catch (error) {
    await target?.abandon();
    throw error;
  } finally {
    progress.end();
  }
}

async function everything(
  session: Session,
  progress: Progress,
): Promise<{ readonly text: string; readonly what: string }> {
  const { text, elements } = await dumpOf(session, progress);
  return { text, what: count(elements, 'element') };
}

async function one(
  { device }: Session,
  idText: string,
  progress: Progress,
): Promise<{ readonly text: string; readonly what: string }> {
  const located = locate(device, idText);
  return { text: await documentOf(device, located, progress), what: quoted(located.summary.name) };
}
