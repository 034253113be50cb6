/**
 * What must hold on the server after every commit, looked at the moment it is made and before anybody else can move. Each
 * check says which invariant it holds (`invariants.ts` lists them).
 */
import {
  addToSum,
  type Conflict,
  type Content,
  type DeviceId,
  EMPTY_SUM,
  type ElementId,
  equalJsonText,
  equalSums,
  parseJson,
  PLACE,
  readGroup,
  type Revision,
  type StreamId,
  TRASH,
  TREE_DEPTH_MAX,
  wayOf,
  type WorkspaceId,
} from '@waypost/protocol';
import type { MemoryDatabase } from '@waypost/server/memory';
import type { HistoryRow, StoredElement, StoredRow } from '@waypost/server/sync';
import type { Directory } from './directory.ts';
import type { Check } from './invariants.ts';
import { schemas } from './kinds.ts';
import { type Ledger, marksIn, marksInValues } from './ledger.ts';
import { Moment, type Workspace } from './moment.ts';
import { LOCAL_MARK } from './people.ts';
import type { PushMessage } from './wire-watch.ts';
import type { World } from './world.ts';

const ALL = Number.MAX_SAFE_INTEGER;

export class ServerWatch {
  readonly #world: World;
  readonly #database: MemoryDatabase;
  readonly #directory: Directory;
  readonly #ledger: Ledger;
  readonly #seen = new Map<WorkspaceId, Workspace>();
  readonly #streams = new Set<StreamId>();
  /** The revisions that writes are based on, by change, element and group. */
  readonly #bases = new Map<string, Revision>();
  #commits = 0;
  /** Numbers that devices saw may mean something else since. */
  #restored = false;

  constructor(world: World, database: MemoryDatabase, directory: Directory, ledger: Ledger) {
    this.#world = world;
    this.#database = database;
    this.#directory = directory;
    this.#ledger = ledger;
    this.begin();
  }

  /** The database is what it is from here on: at the start, and after a backup was put in its place. */
  begin(): void {
    this.#restored = this.#seen.size > 0;
    this.#seen.clear();
    for (const [id, workspace] of this.#database.content.workspaces) this.#seen.set(id, workspace);
  }

  /** What a device sends, whether or not it arrives. */
  heardOf({ stream, changes }: PushMessage): void {
    this.#streams.add(stream);
    for (const { n, writes } of changes) {
      // What a decision makes beside something: where, and who makes room, its device says.
      const isDecision = writes.some((write) => write.op === 'create' && !this.#ledger.hasMade(write.id));
      for (const write of writes) {
        if (isDecision && (write.op === 'create' || write.op === 'move'))
          this.#ledger.place(write.id, write.parent, write.order);
        if (write.op !== 'set') continue;
        for (const { group, base } of write.fields)
          this.#bases.set(`${stream}/${n} ${write.id} ${group}`, base.revision);
      }
    }
  }

  get streams(): ReadonlySet<StreamId> {
    return this.#streams;
  }

  committed(id: WorkspaceId): void {
    const before = this.#seen.get(id);
    const after = this.#database.content.workspaces.get(id);
    if (before === undefined || after === undefined) return;
    this.#seen.set(id, after);
    this.#commits += 1;
    const rows = after.changedAbove(before.row.head, ALL);
    const conflicts = this.#directory.accounts.flatMap((account) => after.conflictsAbove(account.id, before.row.head));
    const history = this.#newHistory(before, after, rows, conflicts);
    this.#world.trace('database', 'commit', after.row.head, rows.length, conflicts.length);
    this.#checkHead(before, after, rows);
    this.#checkNumbers(before, after, history);
    this.#checkStreams(before, after);
    for (const row of rows) {
      if (row.gone) this.#checkGone(before, after, row.id);
      else
        this.#checkElement(
          before,
          after,
          row,
          history.filter(({ element }) => element === row.id),
        );
    }
    for (const conflict of conflicts) this.#checkConflict(before, after, conflict);
    for (const row of after.rows([...new Set(conflicts.map(({ element }) => element))])) {
      if (!row.gone)
        this.#checkSetAside(
          before,
          after,
          row,
          history.filter(({ element }) => element === row.id),
        );
    }
    for (const row of history) this.#checkRight(id, row);
    if (this.#commits % 8 === 0) this.checkSum(after);
  }

  /** [I16] The checksum that is kept bit by bit is that of what is there. */
  checkSum(workspace: Workspace): void {
    let sum = EMPTY_SUM;
    for (const { id, revision } of workspace.elementsAfter(null, ALL)) sum = addToSum(sum, id, revision);
    if (!equalSums(sum, workspace.row.sum))
      this.#violated(
        'I16',
        `the checksum is ${JSON.stringify(workspace.row.sum)}, and counted anew ${JSON.stringify(sum)}`,
      );
  }

  #newHistory(
    before: Workspace,
    after: Workspace,
    rows: readonly StoredRow[],
    conflicts: readonly Conflict[],
  ): HistoryRow[] {
    const elements = new Set<ElementId>([...rows.map(({ id }) => id), ...conflicts.map(({ element }) => element)]);
    return [...elements].flatMap((id) => after.history(id, ALL).filter(({ revision }) => revision > before.row.head));
  }

  /** [I6] The head only rises, and what a commit wrote lies above the old one and not above the new one. */
  #checkHead(before: Workspace, after: Workspace, rows: readonly StoredRow[]): void {
    const [from, to] = [before.row.head, after.row.head];
    if (to < from) this.#violated('I6', `the head fell from ${from} to ${to}`);
    for (const { id, revision } of rows) {
      if (revision <= from || revision > to)
        this.#violated('I6', `${id} was written at ${revision}, and the commit went from ${from} to ${to}`);
    }
    const oldest = after.changedAbove(0, ALL);
    if (to === from && oldest.length > 0 && rows.length > 0)
      this.#violated('I6', `rows were written and the head stayed at ${to}`);
  }

  /** [I3] [I6] One number is one change, one change is one number, and none has an effect once more. */
  #checkNumbers(before: Workspace, after: Workspace, history: readonly HistoryRow[]): void {
    const changeAt = new Map<number, string>();
    const numberOf = new Map<string, number>();
    for (const { revision, stream, n } of history) {
      const change = `${stream}/${n}`;
      if ((changeAt.get(revision) ?? change) !== change)
        this.#violated('I6', `the changes ${changeAt.get(revision)} and ${change} share the number ${revision}`);
      if ((numberOf.get(change) ?? revision) !== revision)
        this.#violated('I6', `the change ${change} took the numbers ${numberOf.get(change)} and ${revision}`);
      changeAt.set(revision, change);
      numberOf.set(change, revision);
      const settledBefore = before.streams([stream])[0]?.settled ?? 0;
      const settledAfter = after.streams([stream])[0]?.settled ?? 0;
      if (n <= settledBefore) this.#violated('I3', `the change ${change} took effect again, at ${revision}`);
      if (n > settledAfter) this.#violated('I3', `the change ${change} took effect and is not settled`);
    }
  }

  /** [I3] Nothing that was settled becomes unsettled. */
  #checkStreams(before: Workspace, after: Workspace): void {
    for (const { id, settled } of before.streams([...this.#streams])) {
      const now = after.streams([id])[0]?.settled ?? 0;
      if (now < settled) this.#violated('I3', `the stream ${id} was settled up to ${settled}, and now up to ${now}`);
    }
  }

  #checkElement(before: Workspace, after: Workspace, element: StoredElement, history: readonly HistoryRow[]): void {
    this.#checkTree(after, element);
    this.#checkHome(before, after, element);
    this.#checkPlace(before, after, element);
    this.#checkOverwriting(before, after, element, history);
    if (element.kind === 'request') this.#checkTarget(element);
    if (element.data.includes(LOCAL_MARK))
      this.#violated('I12', `${element.id} holds a value that is local to a device`);
  }

  /** [I5] One tree: no cycle, no orphan, no deeper than may be. */
  #checkTree(after: Workspace, element: StoredElement): void {
    let at: StoredElement = element;
    for (let depth = 1; at.parent !== null; depth += 1) {
      const [above] = after.rows([at.parent]);
      if (above === undefined || above.gone)
        return this.#violated('I5', `${element.id} stands below ${at.parent}, which is not there`);
      if (above.id === element.id) return this.#violated('I5', `${element.id} stands below itself`);
      if (depth >= TREE_DEPTH_MAX) return this.#violated('I5', `${element.id} stands deeper than ${TREE_DEPTH_MAX}`);
      at = above;
    }
  }

  /** [I5] What is made, stands where somebody can find it, whatever became of the place it was made for. */
  #checkHome(before: Workspace, after: Workspace, element: StoredElement): void {
    const isNew = before.rows([element.id]).length === 0;
    if (isNew && this.#isInTrash(after, element) && !this.#wentToTrash(before, after, element))
      this.#violated('I5', `${element.id} was made below something that is in the trash`);
  }

  /** [I5] What became a tombstone has nothing below it. What it held was thrown away on purpose. */
  #checkGone(before: Workspace, after: Workspace, id: ElementId): void {
    const [orphan] = after.children(id);
    this.#ledger.purged(id);
    if (orphan !== undefined) this.#violated('I5', `${orphan.id} stands below ${id}, which is gone for good`);
    const [was] = before.rows([id]);
    const [now] = after.rows([id]);
    // Also what the same commit wrote to it before.
    if (now !== undefined) this.#ledger.excuseTypedInto(id, now.by.device, 'purged');
    if (was === undefined || was.gone) return;
    if (!this.#isInTrash(before, was) && !this.#wentToTrash(before, after, was))
      this.#violated('I5', `${id} was purged although it was not in the trash`);
    this.#ledger.excuse(marksIn(was.data), 'purged');
  }

  /** Whether the element, or something above it, was deleted in the commit that purged it. */
  #wentToTrash(before: Workspace, after: Workspace, element: StoredElement): boolean {
    return [...before.withAncestors([element.id]), ...after.withAncestors([element.id])].some(({ id }) =>
      after
        .history(id, ALL)
        // Moved below something deleted, too.
        .some(({ revision, values }) => revision > before.row.head && (values[TRASH] === 'false' || PLACE in values)),
    );
  }

  #isInTrash(workspace: Workspace, element: StoredElement): boolean {
    return workspace.withAncestors([element.id]).some((row) => !row.gone && row.trashed !== null);
  }

  /** Whether it, or something above it, was in the trash for a moment of this commit. */
  #wasAway(before: Workspace, after: Workspace, id: ElementId): boolean {
    const [row] = after.rows([id]);
    return row !== undefined && !row.gone && this.#wentToTrash(before, after, row);
  }

  /** [I10] Parent and order come from one hand, unless that parent is no place to stand any more. */
  #checkPlace(before: Workspace, after: Workspace, element: StoredElement): void {
    const [was] = before.rows([element.id]);
    if (was !== undefined && !was.gone && was.parent === element.parent && was.order === element.order) return;
    const places = this.#ledger.placesOf(element.id);
    if (places === undefined) return;
    const fits = places.some(
      ({ parent, order }) =>
        order === element.order &&
        (parent === element.parent ||
          parent === null ||
          !this.#isAlive(after, parent) ||
          !this.#isAlive(before, parent) ||
          this.#wasAway(before, after, parent)),
    );
    if (!fits) this.#violated('I10', `nobody put ${element.id} below ${element.parent} at ${element.order}`);
    // Where it was re-homed is its place from now on, also for a device that sends it again.
    this.#ledger.place(element.id, element.parent, element.order);
  }

  #isAlive(workspace: Workspace, id: ElementId): boolean {
    const above = workspace.withAncestors([id]);
    return (
      above.length > 0 &&
      above.every((row) => !row.gone && row.trashed === null) &&
      above.some((row) => !row.gone && row.parent === null)
    );
  }

  /** [I10] Method and address come from one hand. */
  #checkTarget(element: StoredElement): void {
    const request = readGroup(schemas('note'), { data: parseJson(element.data), rows: element.rows }, 'request') ?? '';
    const marks = [...request.matchAll(/"(?:M|https:\/\/h|h|p)<(\d+)>/g)].map((match) => match[1]);
    if (new Set(marks).size > 1)
      this.#violated('I10', `the target of ${element.id} was put together from several: ${request}`);
  }

  /** [I19] What another device did is only replaced by somebody who saw it, or who was asked. */
  #checkOverwriting(before: Workspace, after: Workspace, element: StoredElement, history: readonly HistoryRow[]): void {
    const [was] = before.rows([element.id]);
    if (was === undefined || was.gone) return;
    const schema = schemas(element.kind);
    const authors = new Map<string, DeviceId | null>();
    let trashedBy = was.trashed?.by.device ?? null;
    for (const { by, status, values, revision } of [...history].sort((a, b) => a.revision - b.revision)) {
      if (status !== 'written') continue;
      for (const [group, replaced] of Object.entries(values)) {
        if (group === TRASH) {
          if (replaced === 'true') this.#checkBringingBack(element, by.device, trashedBy);
          else this.#checkDeleting(new Moment(before, after, revision), element.id, by.device);
          trashedBy = replaced === 'true' ? null : by.device;
        } else if (!group.startsWith('@')) {
          const stamp = was.stamps[group] ?? was.created;
          const author = authors.get(group) ?? stamp.author;
          authors.set(group, by.device);
          const resent = element.stamps[group]?.old !== undefined;
          if (resent && stamp.revision > before.row.restored && stamp.old === undefined && author !== by.device) {
            this.#violated('I19', `${by.device} sent ${group} of ${element.id} again over newer work: ${replaced}`);
          }
          // What was sent again and then written over, in one commit, cannot be told from a write.
          const hidden = this.#restored && element.stamps[group]?.revision !== revision;
          if (!resent && !this.#restored && wayOf(schema, group) === 'text')
            this.#checkTextKept(element, { group, replaced, revision, by: by.device }, history);
          if (resent || hidden || author === by.device || wayOf(schema, group) !== 'ask') continue;
          if (this.#ledger.hasSeen(by.device, element.id, group, replaced)) continue;
          this.#violated(
            'I19',
            `${by.device} wrote ${group} of ${element.id} over ${replaced}, which is another device's and was never seen there`,
          );
        }
      }
    }
  }

  /** [I19] Lines of others that a person never saw survive what that person writes. */
  #checkTextKept(
    element: StoredElement,
    write: {
      readonly group: string;
      readonly replaced: string | null;
      readonly revision: Revision;
      readonly by: DeviceId;
    },
    history: readonly HistoryRow[],
  ): void {
    const { group, replaced, revision, by } = write;
    if (replaced === null) return;
    const next = history
      .filter((row) => row.status === 'written' && row.revision > revision && group in row.values)
      .sort((a, b) => a.revision - b.revision)[0];
    const content = { data: parseJson(element.data), rows: element.rows };
    const left = next === undefined ? readGroup(schemas(element.kind), content, group) : (next.values[group] ?? null);
    const kept = marksIn(left ?? '');
    const lost = this.#ledger.unseenMarks(by, element.id, group, replaced).filter((mark) => !kept.has(mark));
    if (lost.length > 0)
      this.#violated('I19', `${by} wrote ${group} of ${element.id}, and lines it never saw are gone: ${replaced}`);
  }

  /** [I9] What was made over what stands is not set aside, also while a conflict is open. */
  #checkSetAside(before: Workspace, after: Workspace, element: StoredElement, history: readonly HistoryRow[]): void {
    const [was] = before.rows([element.id]);
    if (this.#restored || was === undefined || was.gone) return;
    for (const { status, values, stream, n, revision } of history) {
      if (status !== 'unmerged') continue;
      const moment = new Moment(before, after, revision);
      if (moment.isInTrash(element.id)) continue;
      const stamps = moment.stamps(element.id);
      for (const group of Object.keys(values)) {
        // [GR4] What stands in the way of rows and their texts is another question.
        if (group.includes('#') || wayOf(schemas(element.kind), group) !== 'ask') continue;
        const base = this.#bases.get(`${stream}/${n} ${element.id} ${group}`);
        const stamp = stamps.get(group) ?? was.created;
        if (base !== undefined && base >= stamp.revision)
          this.#violated('I9', `${stream}/${n} wrote ${group} of ${element.id} over what stands, and was set aside`);
      }
    }
  }

  #checkBringingBack(element: StoredElement, device: DeviceId, trashedBy: DeviceId | null): void {
    if (trashedBy === null || trashedBy === device || this.#ledger.hasBroughtBack(device, element.id)) return;
    if (element.stamps[TRASH]?.old !== undefined || this.#restored) return;
    this.#violated(
      'I19',
      `${device} took ${element.id} out of the trash, where ${trashedBy} had put it, without wanting to`,
    );
  }

  /** [I19] What was deleted, and all below it that was not in the trash then, had been seen as it was. */
  #checkDeleting(moment: Moment, element: ElementId, device: DeviceId): void {
    const deletions = this.#ledger.deletionsOf(device, element);
    if (deletions.length === 0 || this.#restored) return;
    for (const id of moment.alive(element)) {
      const news = [...moment.stamps(id).values()].filter(({ author }) => author !== device);
      const isSeen = (shown: ReadonlyMap<ElementId, Revision>): boolean =>
        news.every(({ revision }) => revision <= (shown.get(id) ?? 0));
      if (!deletions.some(isSeen))
        this.#violated('I19', `${device} deleted ${element}, with what it had not seen of ${id}`);
    }
  }

  /** [I19] Who decides about something that changed once more, or was deleted meanwhile, is asked again. */
  #checkDecision(after: Workspace, { id, element, mine, closed, revision }: Conflict): void {
    if (closed === null) return;
    const setAside = after
      .history(element, ALL)
      .filter((row) => row.revision === revision && row.status === 'unmerged' && row.by.device === mine.device)
      .flatMap(({ values }) => Object.keys(values));
    if (setAside.length === 0) return;
    const others = after
      .conflictsAbove(mine.account, revision - 1)
      .filter((other) => other.id !== id && other.element === element && other.mine.device === mine.device);
    // What is newer than this was asked, and then answered in the same commit.
    const isAsked = (group: string): boolean =>
      others.some(
        (other) =>
          other.revision > revision || (other.closed === null && other.fields.some((field) => field.group === group)),
      );
    if (!setAside.every(isAsked))
      this.#violated('I19', `the conflict ${id} was closed by the change that set something of it aside again`);
  }

  /** [I9] A conflict needs another hand and another value. */
  #checkConflict(before: Workspace, after: Workspace, conflict: Conflict): void {
    this.#checkDecision(after, conflict);
    if (conflict.closed !== null || conflict.type !== 'edit') return;
    const known = before.conflicts([conflict.id])[0]?.fields ?? [];
    const [element] = after.rows([conflict.element]);
    if (element === undefined || element.gone) return;
    for (const { group, mine, base } of conflict.fields) {
      const parked = known.find((field) => field.group === group);
      if (parked !== undefined && equalJsonText(parked.mine, mine)) continue;
      const stamp = element.stamps[group] ?? element.created;
      const content = { data: parseJson(element.data), rows: element.rows };
      const value = readGroup(schemas(element.kind), content, group);
      // Said again of a group that was set aside before: its author may have become its own meanwhile.
      if (equalJsonText(value, mine))
        this.#violated('I9', `the conflict ${conflict.id} is about ${group}, where mine is what stands: ${value}`);
      const blocked =
        isBlocked(element, content, { group, device: conflict.mine.device }) ||
        (mine === null && this.#hasUnseenText(after, element, { group, conflict }));
      if (parked === undefined && !blocked && !this.#restored && stamp.author === conflict.mine.device)
        this.#violated(
          'I9',
          `the conflict ${conflict.id} about ${group} is with its own device; base ${base}, mine ${mine}`,
        );
    }
  }

  /** [GR4] A row was removed in one tab, and what another tab of the device had begun in it had not been seen there. */
  #hasUnseenText(
    after: Workspace,
    { id, stamps }: StoredElement,
    { group, conflict }: { readonly group: string; readonly conflict: Conflict },
  ): boolean {
    const text = stamps[`${group}@text`]?.revision;
    if (text === undefined) return false;
    return after
      .history(id, ALL)
      .filter(({ revision, status }) => revision === conflict.revision && status === 'unmerged')
      .some(({ stream, n }) => (this.#bases.get(`${stream}/${n} ${id} ${group}`) ?? text) < text);
  }

  /** [I11] Only who may write has written, at the moment it was committed. */
  #checkRight(workspace: WorkspaceId, { by, stream, n }: HistoryRow): void {
    const role = this.#directory.role(workspace, by.account);
    if (role === null || role === 'viewer')
      this.#violated('I11', `the change ${stream}/${n} of ${by.account} was taken, whose role is ${role}`);
    if (!this.#isActive(by.device))
      this.#violated('I11', `the change ${stream}/${n} was taken from ${by.device}, which is signed out`);
  }

  #isActive(device: DeviceId): boolean {
    return this.#database.content.devices.get(device)?.active === true;
  }

  #violated(check: Check, message: string): void {
    this.#world.violated(check, `On the server, ${message}.`);
  }
}

/** [GR4] A row goes with its text only where nobody else wrote that, and a text needs its row. */
function isBlocked(
  { kind, stamps }: StoredElement,
  content: Content,
  { group, device }: { readonly group: string; readonly device: DeviceId },
): boolean {
  const isText = group.endsWith('@text');
  const beside = isText ? group.slice(0, -'@text'.length) : `${group}@text`;
  if (isText && readGroup(schemas(kind), content, beside) === null) return true;
  const author = stamps[beside]?.author;
  return author !== undefined && author !== device;
}

type DatabaseContent = MemoryDatabase['content'];

/** Every mark that a database holds: in elements, in their history, in versions set aside. */
export function marksInDatabase(content: DatabaseContent, elements: ReadonlySet<ElementId>): Set<number> {
  const marks = new Set<number>();
  for (const workspace of content.workspaces.values()) {
    for (const { data } of workspace.elementsAfter(null, ALL)) marksIn(data, marks);
    for (const id of elements) for (const { values } of workspace.history(id, ALL)) marksInValues(values, marks);
    for (const { fields } of conflictsOf(content, workspace))
      for (const { mine, base } of fields) marksInValues({ mine, base }, marks);
  }
  return marks;
}

/** Those that stand in an element, or in a conflict that is open: what devices have, too. */
export function standingMarks(content: DatabaseContent): Set<number> {
  const marks = new Set<number>();
  for (const workspace of content.workspaces.values()) {
    for (const { data } of workspace.elementsAfter(null, ALL)) marksIn(data, marks);
    for (const { fields, closed } of conflictsOf(content, workspace))
      if (closed === null) for (const { mine } of fields) marksInValues({ mine }, marks);
  }
  return marks;
}

function conflictsOf(content: DatabaseContent, workspace: Workspace): Conflict[] {
  const accounts = new Set([...content.devices.values()].map(({ account }) => account));
  return [...accounts].flatMap((account) => workspace.conflictsAbove(account, -1));
}
