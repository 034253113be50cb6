/** `waypost conflicts` and `resolve`: both versions in view, and a person's decision. */
import type { ChangeReceipt, ConflictView, Decision } from '@waypost/client';
import { valueText } from '@waypost/model';
import { type ElementId, type JsonNode, WaypostError } from '@waypost/protocol';
import type { Context } from '../context.ts';
import { CommandError, EXIT, type ExitCode, usageError } from '../failure.ts';
import { conflictFields, conflictGroupsAt, jsonOf, standing } from '../fields.ts';
import { inReach, matching, shortId } from '../finding.ts';
import { byOf, byText } from '../naming.ts';
import { nameText, oneLine, widthOf } from '../output/text.ts';
import { count, relativeTime } from '../output/relative-time.ts';
import { refusalOf, refusedChanges, showRefusals } from '../refused.ts';
import { type Session, withSession } from '../session.ts';
import { exitOf, type Settled, settle, settledText } from '../settle.ts';
import type { EditOptions } from './editing.ts';

/** The longest value shown whole; more is for `get` and `--json`. */
const VALUE_CHARS_MAX = 300;

export async function conflicts(context: Context): Promise<ExitCode> {
  return withSession(context, async (session) => {
    const open = await openConflicts(session);
    const shown = await withFields(session, open);
    const { output } = context;
    const refused = refusedChanges(session);
    output.result({ conflicts: shown.map((one) => jsonOfShown(session, one)), refused: refused.map(refusalOf) }, () => {
      if (shown.length === 0) output.line('No conflicts.');
      for (const one of shown) show(context, session, one);
      for (const line of howToDecide(open)) output.line(output.paint('dim', line));
      showRefusals(context, session, refused);
      if (refused.length > 0) output.line(output.paint('dim', HOW_TO_LET_GO));
    });
    remember(session, open, open);
    return EXIT.done;
  });
}

interface Shown {
  readonly conflict: ConflictView;
  readonly fields: ReturnType<typeof conflictFields>;
}

function withFields({ device }: Session, open: readonly ConflictView[]): Promise<Shown[]> {
  return Promise.all(
    open.map(async (conflict) => ({ conflict, fields: conflictFields(conflict, await standing(device, conflict)) })),
  );
}

function jsonOfShown(session: Session, { conflict, fields }: Shown): unknown {
  const { id, element, kind, name, type, at, revision, seen } = conflict;
  const values = fields.map(({ path, base, mine, theirs }) => ({
    path,
    base: jsonOf(base),
    mine: jsonOf(mine),
    theirs: jsonOf(theirs),
  }));
  const [by, mineBy] = [byOf(session, conflict.by), byOf(session, conflict.mineBy)];
  return { id, element, kind, name, type, fields: values, by, mineBy, at, revision, seen };
}

/** What somebody then decides is about this, however much arrives until they say so. */
function remember({ home, account }: Session, open: readonly ConflictView[], shown: readonly ConflictView[]): void {
  if (account === null) return;
  const before = home.shownConflicts(account);
  const known = open.flatMap((conflict) => {
    const seen = shown.includes(conflict) ? conflict.seen : before.get(conflict.id);
    return seen === undefined ? [] : { id: conflict.id, seen };
  });
  if (known.length > 0 || before.size > 0) home.showedConflicts(account, known);
}

/** What the choices mean depends on what happened. */
function howToDecide(open: readonly ConflictView[]): string[] {
  const has = (type: ConflictView['type']): boolean => open.some((conflict) => conflict.type === type);
  return [
    ...(open.length > 0
      ? ['Decide with `waypost resolve ID` and --overwrite, --theirs, --save-as-new, or --field PATH=mine|theirs.']
      : []),
    ...(has('deleted') ? ['What was deleted: --overwrite brings it back with mine, --theirs leaves it deleted.'] : []),
    ...(has('changed-since') ? ['What you deleted: --overwrite deletes it after all, --theirs keeps it.'] : []),
  ];
}

const HOW_TO_LET_GO =
  'What was refused is kept here: do it again in another way, and let it go with `waypost resolve refused --theirs`.';

async function openConflicts({ device }: Session): Promise<ConflictView[]> {
  return (await Promise.all(inReach(device).map(({ id }) => device.conflicts(id)))).flat();
}

const WHAT: Readonly<Record<ConflictView['type'], string>> = {
  edit: 'changed the same',
  deleted: 'deleted what you changed',
  'changed-since': 'changed what you deleted',
};
/** Where mine was made on another device of one's own. */
const WHAT_THERE: Readonly<Record<ConflictView['type'], string>> = {
  edit: 'changed the same as',
  deleted: 'deleted what was changed on',
  'changed-since': 'changed what was deleted on',
};

function show({ output }: Context, session: Session, { conflict, fields }: Shown): void {
  const { paint } = output;
  const { type } = conflict;
  output.line(
    `${paint('bold', nameText(conflict.name))} ${paint('dim', `${conflict.kind} ${shortId(conflict.element)}`)}  conflict ${paint('bold', shortId(conflict.id))}`,
  );
  const who = byText(session, byOf(session, conflict.by));
  const own = conflict.mineBy.device === session.account?.device.id;
  const mineBy = own ? null : byText(session, byOf(session, conflict.mineBy));
  const what = mineBy === null ? WHAT[type] : `${WHAT_THERE[type]} ${mineBy}`;
  output.line(`  ${who} ${what}, ${relativeTime(conflict.at, Date.now())}`);
  const labels = [mineBy === null ? 'mine' : `mine, on ${mineBy}`, 'theirs', 'before'];
  const width = Math.max(...labels.map(widthOf));
  const [mineLabel = '', theirsLabel = '', beforeLabel = ''] = labels.map(
    (label) => `    ${label}${' '.repeat(width - widthOf(label))}  `,
  );
  for (const { path, base, mine, theirs } of fields) {
    output.line(`  ${paint('cyan', oneLine(path))}`);
    output.line(`${mineLabel}${value(mine)}`);
    output.line(`${theirsLabel}${type === 'deleted' ? '(deleted)' : value(theirs)}`);
    output.line(paint('dim', `${beforeLabel}${value(base)}`));
  }
  output.line();
}

function value(node: JsonNode | undefined): string {
  if (node === undefined) return '(nothing)';
  const text = oneLine(node.kind === 'array' ? node.items.map(valueText).join(' ⏎ ') : valueText(node));
  return text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX)} …` : text;
}

export interface ResolveOptions extends EditOptions {
  readonly overwrite?: boolean;
  readonly theirs?: boolean;
  readonly saveAsNew?: boolean;
  readonly field?: readonly string[];
  readonly seen?: string;
}

/** Stands for every open conflict, and for every change the server refused. */
const ALL = 'all';
const REFUSED = 'refused';

export async function resolve(context: Context, idText: string, options: ResolveOptions): Promise<ExitCode> {
  const wanted = readDecision(options);
  const { seen } = options;
  return withSession(context, async (session) => {
    if (idText === REFUSED) return letGo(context, session, wanted);
    const open = asShown(session, await openConflicts(session));
    if (idText !== ALL) {
      const named = conflictNamed(open, idText);
      const conflict = seen === undefined ? named : { ...named, seen };
      return decide(context, session, options, { conflict, wanted });
    }
    if (seen !== undefined) throw usageError('--seen is about one conflict: name it by its id.');
    if (open.length === 0) throw new CommandError('not-found', 'There is no conflict to decide.');
    if (wanted.kind === 'fields') throw usageError('Fields are chosen conflict by conflict: name one by its id.');
    return decideAll(context, session, options, { open, wanted });
  });
}

/**
 * A decision is about what was last listed in this home; what never was, about what this home had when the command began.
 */
function asShown({ home, account }: Session, open: readonly ConflictView[]): ConflictView[] {
  const shown = account === null ? new Map<string, string>() : home.shownConflicts(account);
  return open.map((conflict) => ({ ...conflict, seen: shown.get(conflict.id) ?? conflict.seen }));
}

type Wanted = Exclude<Decision, { kind: 'fields' }> | { readonly kind: 'fields'; readonly choices: readonly Choice[] };

interface Choice {
  readonly path: string;
  readonly side: 'mine' | 'theirs';
}

interface Undecided {
  readonly conflict: ConflictView;
  readonly wanted: Wanted;
}

export function readDecision({ overwrite, theirs, saveAsNew, field }: ResolveOptions): Wanted {
  const kinds: Wanted[] = [
    ...(overwrite === true ? [{ kind: 'mine' } as const] : []),
    ...(theirs === true ? [{ kind: 'theirs' } as const] : []),
    ...(saveAsNew === true ? [{ kind: 'new' } as const] : []),
    ...(field === undefined ? [] : [{ kind: 'fields', choices: field.map(readChoice) } as const]),
  ];
  const [only, ...others] = kinds;
  if (only === undefined || others.length > 0) {
    throw usageError(
      'Choose one: --overwrite, --theirs, --save-as-new, or --field PATH=mine|theirs for single fields.',
    );
  }
  return only;
}

function readChoice(text: string): Choice {
  const [, path, side] = /^(.+)=(mine|theirs)$/s.exec(text) ?? [];
  if (path === undefined || (side !== 'mine' && side !== 'theirs'))
    throw usageError(`--field takes PATH=mine or PATH=theirs, not "${text}".`);
  return { path, side };
}

/** By the conflict's own id, or by that of the element it is about. */
function conflictNamed(open: readonly ConflictView[], text: string): ConflictView {
  const names = open.flatMap((conflict): { readonly id: string; readonly conflict: ConflictView }[] => [
    { id: conflict.id, conflict },
    { id: conflict.element, conflict },
  ]);
  return matching(names, text, 'conflict').conflict;
}

async function decisionOf({ device }: Session, { conflict, wanted }: Undecided): Promise<Decision> {
  if (wanted.kind !== 'fields') return wanted;
  const content = await standing(device, conflict);
  const sides = new Map<string, Choice>();
  for (const choice of wanted.choices) {
    const groups = conflictGroupsAt(conflict, choice.path, content);
    if (groups.length === 0) {
      const paths = conflictFields(conflict, content).map(({ path }) => path);
      throw new CommandError('not-found', `The conflict is not about ${choice.path}, but about ${paths.join(', ')}.`);
    }
    for (const group of groups) {
      const other = sides.get(group);
      if (other !== undefined && other.side !== choice.side)
        throw usageError(`${other.path} and ${choice.path} belong together: take both from one side.`);
      sides.set(group, choice);
    }
  }
  const of = (side: Choice['side']): string[] =>
    [...sides].filter(([, choice]) => choice.side === side).map(([group]) => group);
  return { kind: 'fields', mine: of('mine'), theirs: of('theirs') };
}

const DONE: Readonly<Record<Decision['kind'], string>> = {
  mine: 'Yours stands.',
  theirs: 'Theirs stands; yours is kept in the history.',
  new: 'Theirs stands; yours is saved as a new element beside it.',
  fields: 'Decided field by field.',
};

function doneText({ type }: Pick<ConflictView, 'type'>, { kind }: Pick<Decision, 'kind'>): string {
  if (type === 'deleted' && kind === 'mine') return 'It is back, with yours.';
  if (type === 'deleted' && kind === 'theirs') return 'It stays deleted; yours is kept in the history.';
  if (type === 'changed-since' && kind === 'mine') return 'It is deleted after all.';
  if (type === 'changed-since' && kind === 'theirs') return 'It stays, as the others have it.';
  return DONE[kind];
}

async function decide(
  context: Context,
  session: Session,
  options: EditOptions,
  undecided: Undecided,
): Promise<ExitCode> {
  const { conflict } = undecided;
  const decision = await decisionOf(session, undecided);
  const receipt = await session.device.resolve(conflict, decision, conflict.workspace);
  const { created } = receipt;
  const settled = await settle(context, session, receipt, options);
  const { output } = context;
  const about = { id: conflict.id, element: conflict.element, resolution: decision.kind, created, ...settled };
  if (settled.outcome === 'conflict') {
    const open = await openConflicts(session);
    const asked = open.filter(({ element }) => element === conflict.element);
    const again = await withFields(session, asked);
    output.result({ ...about, conflicts: again.map((one) => jsonOfShown(session, one)) }, () => {
      output.line(
        output.paint('yellow', 'Somebody went on working on it since it was shown. It stands like this now:'),
      );
      output.line();
      for (const one of again) show(context, session, one);
    });
    remember(session, open, asked);
  } else {
    output.result(about, () => {
      const made = created === null ? '' : ` Its id is ${created}.`;
      output.line(`${doneText(conflict, decision)}${made} ${settledText(context, session, settled)}`);
    });
  }
  return exitOf(settled.outcome);
}

async function letGo(context: Context, session: Session, wanted: Wanted): Promise<ExitCode> {
  if (wanted.kind !== 'theirs') throw usageError('What the server refused can only be let go: --theirs.');
  const refused = refusedChanges(session);
  for (const change of refused) await session.device.dismiss(change);
  context.output.result({ id: REFUSED, resolution: 'theirs', created: null, dismissed: refused.map(refusalOf) }, () => {
    context.output.line(`${count(refused.length, 'refused change')} let go.`);
  });
  return EXIT.done;
}

interface Resolved extends Settled, Pick<ConflictView, 'id' | 'element'> {
  readonly resolution: Decision['kind'];
  readonly created: ElementId | null;
}

async function decideAll(
  context: Context,
  session: Session,
  options: EditOptions,
  { open, wanted }: { readonly open: readonly ConflictView[]; readonly wanted: Exclude<Wanted, { kind: 'fields' }> },
): Promise<ExitCode> {
  const receipts = [];
  for (const conflict of open) receipts.push(await unlessOutdated(session, conflict, wanted));
  const resolved: Resolved[] = [];
  for (const [at, { id, element }] of open.entries()) {
    const receipt = receipts[at] ?? null;
    const settled = receipt === null ? changedSince(session) : await settle(context, session, receipt, options);
    resolved.push({ id, element, resolution: wanted.kind, created: receipt?.created ?? null, ...settled });
  }
  context.output.result({ resolved }, () => {
    const again = resolved.filter(({ outcome }) => outcome === 'conflict').length;
    const left =
      again === 0 ? '' : ` ${count(again, 'conflict')} changed since: \`waypost conflicts\` shows how it stands now.`;
    context.output.line(`${DONE[wanted.kind]} ${resolved.length - again} decided.${left}`);
  });
  return resolved.some(({ outcome }) => exitOf(outcome) !== EXIT.done) ? EXIT.unmerged : EXIT.done;
}

/** Null where the question is another by now: of many, the others are decided all the same. */
async function unlessOutdated(
  { device }: Session,
  conflict: ConflictView,
  decision: Decision,
): Promise<(ChangeReceipt & Pick<Resolved, 'created'>) | null> {
  try {
    return await device.resolve(conflict, decision, conflict.workspace);
  } catch (error) {
    if (error instanceof WaypostError && error.code === 'outdated') return null;
    throw error;
  }
}

function changedSince({ device }: Session): Settled {
  return { outcome: 'conflict', code: 'outdated', revision: null, pending: device.status().pending };
}
