/**
 * What one change does to a workspace: the server's judgement, as a pure function over loaded state (SPEC, sections PL
 * and TR). It reads no clock and no database, so that the simulation and production run the same lines.
 */
import { authoriseInWorkspace } from '../accounts/authorise.ts';
import {
  type Adjustment,
  type Change,
  type Conflict,
  type ConflictId,
  type Content,
  type CreateWrite,
  type DeleteWrite,
  differences,
  ELEMENT_BYTES_MAX,
  type ElementId,
  equalJsonText,
  type FieldWrite,
  isContext,
  isOrderKey,
  type JsonText,
  judge,
  type MoveWrite,
  type Outcome,
  parseJson,
  parseRecent,
  PLACE,
  printRecent,
  readGroup,
  type RejectionCode,
  type Resolution,
  rowsFit,
  type Schemas,
  type SetWrite,
  type Stamp,
  TRASH,
  TREE_DEPTH_MAX,
  wayOf,
  type Write,
  writeGroup,
} from '@waypost/protocol';
import { addParked, closeEqual, closeFields, mineOf } from './parking.ts';
import { parkAgain, resend } from './resending.ts';
import { HISTORY_CREATED, type Membership, type StoredElement } from './store.ts';
import type { Author, WorkspaceState } from './workspace-state.ts';

export interface PlannerContext {
  readonly schemas: Schemas;
  readonly newId: () => string;
  /** The folder for what lost its parent. */
  readonly recovered: { readonly kind: string; readonly schema: number; readonly data: JsonText };
  /** Live and trashed elements of one workspace; none above it is made. Absent: any number. */
  readonly elementsMax?: number | undefined;
}

export interface IncomingChange {
  readonly author: Author;
  readonly change: Change;
}

/** Judges a change, and leaves what it does in the state. A refused change leaves nothing. */
export function planChange(state: WorkspaceState, incoming: IncomingChange, context: PlannerContext): Outcome {
  const { author, change } = incoming;
  state.begin(author);
  const step = new Step(state, author, context);
  const refusal = refusedRole(state.roles.get(author.account)) ?? step.run(change.writes);
  if (refusal === null) {
    const outcome = step.outcome();
    state.finish();
    return outcome;
  }
  state.abandon();
  rememberRefused(state, author, change.writes);
  return { kind: 'rejected', code: refusal };
}

/** One change on its way through the state. Each write answers why it is refused, or null. */
export class Step {
  readonly state: WorkspaceState;
  readonly author: Author;
  readonly context: PlannerContext;
  readonly #adjusted: Adjustment[] = [];
  readonly #conflicts = new Map<ConflictId, Set<string>>();
  /** Of the versions that this change names itself: what is in them is no news to its person. */
  readonly #setAside = new Set<ConflictId>();
  #applied = false;
  #merged = false;

  constructor(state: WorkspaceState, author: Author, context: PlannerContext) {
    this.state = state;
    this.author = author;
    this.context = context;
  }

  run(writes: readonly Write[]): RejectionCode | null {
    for (const write of writes) {
      const refusal = this.#write(write);
      if (refusal !== null) return refusal;
    }
    return null;
  }

  outcome(): Outcome {
    if (this.#conflicts.size > 0) {
      const groups = [...new Set([...this.#conflicts.values()].flatMap((names) => [...names]))];
      return { kind: 'conflict', conflicts: [...this.#conflicts.keys()], groups };
    }
    if (this.#merged) return { kind: 'merged' };
    return this.#applied ? { kind: 'applied', adjusted: this.#adjusted } : { kind: 'noop' };
  }

  /** The element as this change writes it: its number, its author, the server's time. */
  put(element: StoredElement): void {
    const { account, device } = this.author;
    this.state.put({ ...element, revision: this.state.revision(), by: { account, device }, at: this.state.now });
    this.#applied = true;
  }

  stamp(old?: number): Stamp {
    const stamp = { revision: this.state.revision(), author: this.author.device };
    return old === undefined ? stamp : { ...stamp, old };
  }

  /** [TR5] The nearest place above that is alive; the folder for what lost its parent where there is none. */
  home(parent: ElementId | null, kind: string): ElementId | null {
    if (parent === null) return null;
    for (const element of this.state.upward(parent)) {
      if (this.#isAlive(element.id)) return element.id;
    }
    return this.context.schemas(kind).top ? null : this.#recoveredFolder();
  }

  adjusted(id: ElementId, wanted: ElementId | null, parent: ElementId | null): void {
    if (wanted !== parent) this.#adjusted.push({ id, parent });
  }

  conflicted(conflict: Conflict, groups: readonly string[]): void {
    const names = this.#conflicts.get(conflict.id) ?? new Set<string>();
    for (const group of groups) names.add(group);
    this.#conflicts.set(conflict.id, names);
  }

  /** Whether the move would put an element below itself, or too deep. */
  isCycle(id: ElementId, parent: ElementId | null): boolean {
    let depth = 0;
    for (const element of this.state.upward(parent)) {
      depth += 1;
      if (element.id === id) return true;
    }
    return depth + this.#height(id) > TREE_DEPTH_MAX;
  }

  #write(write: Write): RejectionCode | null {
    switch (write.op) {
      case 'create':
        return this.#create(write);
      case 'set':
        return this.#set(write);
      case 'move':
        return this.#move(write);
      case 'delete':
        return this.#delete(write);
      case 'restore':
        return this.#restore(write.id);
      case 'purge':
        return this.#purge(write.id);
      case 'close':
        return this.#close(write.conflict, write.groups, write.resolution);
      case 'park':
        parkAgain(this, write);
        this.#setAside.add(write.conflict);
        return null;
      case 'resend':
        return isWellFormed(write.element) ? resend(this, write.element) : 'invalid';
    }
  }

  #create(write: CreateWrite): RejectionCode | null {
    const schema = this.context.schemas(write.kind);
    if (write.data.length > ELEMENT_BYTES_MAX) return 'too-large';
    if (schema.version > 0 && write.schema > schema.version) return 'schema-too-new';
    if (!isWellFormed(write)) return 'invalid';
    const known = this.state.row(write.id);
    if (known !== undefined) {
      if (known.gone) return 'invalid';
      // After a rollback another device may have brought it back before its own maker returns: it is there already.
      this.#keepAsMade(known, write);
      return null;
    }
    if (write.parent !== null && this.#isRefused(write.parent)) return 'depends';
    // What exists stays editable, and what a rolled back server lost is taken back: only new work is refused.
    if (this.state.workspace.elements >= (this.context.elementsMax ?? Number.POSITIVE_INFINITY)) return 'quota';
    const parent = this.home(write.parent, write.kind);
    if (this.isCycle(write.id, parent)) return 'cycle';
    const { id, kind, order, data, rows, origin } = write;
    const created = this.stamp();
    this.put({
      ...{ gone: false, id, kind, schema: write.schema, parent, order, data, rows, origin, created },
      ...{ revision: 0, stamps: {}, shape: created.revision, trashed: null, by: this.author, at: 0 },
    });
    this.state.replaced(id, HISTORY_CREATED, null);
    this.adjusted(id, write.parent, parent);
    return null;
  }

  /** Where somebody wrote over what it was made with, the history of that may have gone with the old epoch. */
  #keepAsMade(element: StoredElement, write: CreateWrite): void {
    const standing: Content = { data: parseJson(element.data), rows: element.rows };
    const made: Content = { data: parseJson(write.data), rows: write.rows };
    const differing = differences(this.context.schemas(element.kind), standing, made);
    const lost = differing.filter(({ after }) => after !== null).map(({ group, after }) => [group, after] as const);
    if (lost.length > 0) this.state.unmerged(element.id, Object.fromEntries(lost));
  }

  #set(write: SetWrite): RejectionCode | null {
    if (this.#isRefused(write.id)) return 'depends';
    if (!write.fields.every(({ value, base }) => isJson(value) && (!('text' in base.value) || isJson(base.value.text))))
      return 'invalid';
    const trashed = [...this.state.upward(write.id)].filter((element) => element.trashed !== null);
    const foreign = trashed.find((element) => element.trashed?.by.device !== this.author.device);
    if (this.state.element(write.id) === undefined || foreign !== undefined) {
      this.#parkOverDeleted(write, foreign);
      return null;
    }
    // [PL6] What this device itself trashed comes back with the write.
    for (const element of trashed) this.untrash(element);
    return this.#judgeFields(this.state.element(write.id) as StoredElement, write);
  }

  #judgeFields(element: StoredElement, write: SetWrite): RejectionCode | null {
    const schema = this.context.schemas(element.kind);
    if (schema.version > 0 && write.schema > schema.version) return 'schema-too-new';
    let content: Content = { data: parseRecent(element.data), rows: element.rows };
    const stamps: Record<string, Stamp> = { ...element.stamps };
    let { shape } = element;
    const parked: FieldWrite[] = [];
    const written: string[] = [];
    for (const field of write.fields) {
      const { group } = field;
      const standing = { value: readGroup(schema, content, group), stamp: stamps[group] ?? element.created };
      const judged = { way: wayOf(schema, group), base: field.base, mine: field.value, writer: this.author.device };
      if (isContext(judged, standing.value)) continue;
      if (this.#swallowedByOpenConflict(element, field, standing.value)) continue;
      const verdict = judge(judged, standing);
      if (verdict.kind === 'noop') continue;
      const next = verdict.kind === 'conflict' ? 'blocked' : writeGroup(schema, content, group, verdict.value);
      if (next === 'blocked' || verdict.kind === 'conflict') {
        parked.push(field);
        continue;
      }
      content = next;
      stamps[group] = { revision: this.state.revision(), author: verdict.author };
      if (standing.value === null || verdict.value === null) shape = this.state.revision();
      this.state.replaced(element.id, group, standing.value);
      if (verdict.kind === 'merge') this.#merged = true;
      written.push(group);
    }
    if (written.length > 0) {
      const data = printRecent(content.data);
      if (data.length > ELEMENT_BYTES_MAX) return 'too-large';
      this.put({ ...element, data, rows: content.rows, stamps, shape });
      closeEqual(this, element.id, (group) => readGroup(schema, content, group), written);
    }
    if (parked.length > 0) this.#park(element, 'edit', parked, (group) => stamps[group] ?? element.created);
    return null;
  }

  /**
   * [PL8] A further write of a group in conflict, by the device whose version is parked and made before it saw theirs, is
   * what its person wants now: it replaces mine, unjudged. One made over the settled state is judged as any other.
   */
  #swallowedByOpenConflict(element: StoredElement, field: FieldWrite, theirs: JsonText | null): boolean {
    const open = this.state.openConflict(element.id, this.author.device, 'edit');
    const parked = open?.fields.find(({ group }) => group === field.group);
    if (open === undefined || parked === undefined || field.base.revision >= parked.revision) return false;
    if (equalJsonText(field.value, theirs)) {
      closeFields(this, open, [field.group], 'theirs');
    } else if (!equalJsonText(field.value, parked.mine)) {
      const fields = open.fields.map((other) => (other === parked ? { ...parked, mine: field.value } : other));
      this.state.putConflict({ ...open, fields, revision: this.state.revision() });
      this.state.unmerged(element.id, { [field.group]: field.value });
      this.conflicted(open, [field.group]);
    } else {
      this.conflicted(open, [field.group]);
    }
    return true;
  }

  #park(
    element: StoredElement,
    type: 'edit' | 'deleted',
    fields: readonly FieldWrite[],
    stampOf: (group: string) => Stamp,
  ): void {
    const mine = fields.map(({ group, base, value }) => ({
      group,
      base: 'text' in base.value ? base.value.text : null,
      mine: value,
      revision: stampOf(group).revision,
    }));
    const conflict = addParked(this, { element: element.id, type, theirs: element.by, fields: mine });
    this.state.unmerged(element.id, mineOf(mine));
    this.conflicted(
      conflict,
      mine.map(({ group }) => group),
    );
  }

  /** [PL5] A set on something trashed, tombstoned or collected: the person decides whether it comes back. */
  #parkOverDeleted(write: SetWrite, trashed: StoredElement | undefined): void {
    const row = this.state.row(write.id);
    const { account, device } = this.author;
    const theirs = trashed?.trashed?.by ?? row?.by ?? { account, device };
    const revision = trashed?.trashed?.revision ?? row?.revision ?? this.state.workspace.head;
    const fields = write.fields.map(({ group, base, value }) => ({
      group,
      base: 'text' in base.value ? base.value.text : null,
      mine: value,
      revision,
    }));
    const conflict = addParked(this, { element: write.id, type: 'deleted', theirs, fields });
    this.state.unmerged(write.id, mineOf(fields));
    this.conflicted(
      conflict,
      fields.map(({ group }) => group),
    );
  }

  #move(write: MoveWrite): RejectionCode | null {
    if (this.#isRefused(write.id)) return 'depends';
    if (!isOrderKey(write.order)) return 'invalid';
    const element = this.state.element(write.id);
    if (element === undefined) return null;
    if (write.parent !== null) {
      if (this.#isRefused(write.parent)) return 'depends';
      if (write.parent !== element.parent && !this.#isAlive(write.parent)) return 'no-parent';
    }
    return this.place(element, write.parent, write.order) ? null : 'cycle';
  }

  /** False where it would make a cycle. */
  place(element: StoredElement, parent: ElementId | null, order: string, old?: number): boolean {
    if (element.parent === parent && element.order === order) return true;
    if (this.isCycle(element.id, parent)) return false;
    this.state.replaced(element.id, PLACE, JSON.stringify([element.parent, element.order]));
    this.put({ ...element, parent, order, stamps: { ...element.stamps, [PLACE]: this.stamp(old) } });
    return true;
  }

  #delete(write: DeleteWrite): RejectionCode | null {
    if (this.#isRefused(write.id)) return 'depends';
    const element = this.state.element(write.id);
    if (element === undefined || element.trashed !== null) return null;
    const changed = this.#changedSince(element, write.cursor);
    if (changed !== null) {
      // [PL4] Deleting what somebody else went on working on is a question, not an answer.
      const conflict = addParked(this, { element: element.id, type: 'changed-since', theirs: changed.by, fields: [] });
      this.conflicted(conflict, []);
      return null;
    }
    const { account, device } = this.author;
    this.state.replaced(element.id, TRASH, 'false');
    this.put({ ...element, trashed: { revision: this.state.revision(), by: { account, device }, at: this.state.now } });
    const open = this.state.openConflict(element.id, device, 'changed-since');
    if (open !== undefined) closeFields(this, open, null, 'mine');
    return null;
  }

  #restore(id: ElementId): RejectionCode | null {
    if (this.#isRefused(id)) return 'depends';
    const element = this.state.element(id);
    if (element === undefined) return 'invalid';
    if (element.trashed !== null) this.untrash(element);
    const live = this.state.element(id) as StoredElement;
    const parent = this.home(live.parent, live.kind);
    if (parent !== live.parent) this.place(live, parent, live.order);
    this.adjusted(id, live.parent, parent);
    return null;
  }

  untrash(element: StoredElement): void {
    this.state.replaced(element.id, TRASH, 'true');
    this.put({ ...element, trashed: null, stamps: { ...element.stamps, [TRASH]: this.stamp() } });
  }

  /** Only what is still in the trash: something restored meanwhile stays. */
  #purge(id: ElementId): RejectionCode | null {
    const root = this.state.element(id);
    if (root === undefined || root.trashed === null) return null;
    const revision = this.state.revision();
    const { account, device } = this.author;
    for (const element of [...this.state.downward(id)]) {
      this.state.put({ gone: true, id: element.id, revision, by: { account, device }, at: this.state.now });
    }
    this.#applied = true;
    return null;
  }

  /**
   * What judging this change set aside again stays open: something newer stands than its person decided about. [PL16] What it
   * sets aside by name, its person gave up.
   */
  #close(id: ConflictId, groups: readonly string[] | null, resolution: Resolution): RejectionCode | null {
    const conflict = this.state.conflict(id);
    if (conflict === undefined || conflict.closed !== null || conflict.mine.account !== this.author.account)
      return null;
    if (this.#setAside.has(id)) this.#conflicts.delete(id);
    const again = this.#conflicts.get(id);
    if (again === undefined) {
      closeFields(this, conflict, groups, resolution);
      this.#applied = true;
      return null;
    }
    const decided = (groups ?? conflict.fields.map(({ group }) => group)).filter((group) => !again.has(group));
    if (decided.length > 0) closeFields(this, conflict, decided, resolution);
    return null;
  }

  /**
   * Something in the subtree that another device changed above the cursor; or what the device meant to delete before and had
   * not been told yet that it could not: it was not there to be seen, with whatever had arrived for it.
   */
  #changedSince(root: StoredElement, cursor: number): StoredElement | null {
    const { device } = this.author;
    const hidden = this.state.openConflictsOf(device, 'changed-since').filter(({ revision }) => revision > cursor);
    for (const element of this.state.downward(root.id)) {
      if (hidden.some((conflict) => conflict.element === element.id)) return element;
      if (element.revision <= cursor) continue;
      const stamps = [element.created, ...Object.values(element.stamps)];
      if (stamps.some(({ revision, author }) => revision > cursor && author !== device)) return element;
    }
    return null;
  }

  #isRefused(id: ElementId): boolean {
    return this.state.stream(this.author.stream)?.refused.includes(id) ?? false;
  }

  #isAlive(id: ElementId): boolean {
    let last: StoredElement | undefined;
    for (const element of this.state.upward(id)) {
      if (element.trashed !== null) return false;
      last = element;
    }
    return last !== undefined && last.parent === null;
  }

  #height(id: ElementId): number {
    const depths = new Map<ElementId, number>();
    let height = 1;
    for (const element of this.state.downward(id)) {
      const depth = element.id === id ? 1 : (depths.get(element.parent as ElementId) ?? 0) + 1;
      depths.set(element.id, depth);
      height = Math.max(height, depth);
    }
    return height;
  }

  #recoveredFolder(): ElementId {
    const known = this.state.workspace.recovered;
    if (known !== null && this.state.element(known)?.trashed === null) return known;
    const { kind, schema, data } = this.context.recovered;
    const id = this.context.newId() as ElementId;
    const created = { revision: this.state.revision(), author: null };
    this.put({
      ...{ gone: false, id, kind, schema, parent: null, order: RECOVERED_ORDER, data, rows: {}, origin: null, created },
      ...{ revision: 0, stamps: {}, shape: created.revision, trashed: null, by: this.author, at: 0 },
    });
    this.state.replaced(id, HISTORY_CREATED, null);
    this.state.setRecovered(id);
    return id;
  }
}

/** Late in the alphabet of order keys: what was recovered stands below a person's own work. */
const RECOVERED_ORDER = 'd0000';

function refusedRole(role: Membership['role'] | null | undefined): RejectionCode | null {
  const decision = authoriseInWorkspace(role ?? null, 'workspace.write');
  if (decision === 'hidden') return 'forbidden';
  return decision === 'forbidden' ? 'read-only' : null;
}

function isWellFormed(write: Pick<CreateWrite, 'kind' | 'data' | 'rows' | 'order' | 'origin'>): boolean {
  if (!isStorable(write.kind) || !isOrderKey(write.order) || !isJson(write.data)) return false;
  if (write.origin !== null && !isJson(write.origin)) return false;
  return rowsFit({ data: parseJson(write.data), rows: write.rows });
}

/** Names are stored as they are: one database refuses U+0000, and half a surrogate pair comes back as something else. */
function isStorable(name: string): boolean {
  return !name.includes('\u0000') && name.isWellFormed();
}

function isJson(text: JsonText | null): boolean {
  if (text === null) return true;
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

/** What depends on a refused creation is refused with it, so that both can be done again as one. */
function rememberRefused(state: WorkspaceState, author: Author, writes: readonly Write[]): void {
  const stream = state.stream(author.stream);
  const refused = writes.filter((write) => write.op === 'create').map(({ id }) => id);
  if (stream === undefined || refused.length === 0) return;
  state.putStream({ ...stream, refused: [...stream.refused, ...refused].slice(-REFUSED_PER_STREAM_MAX) });
}

/** Enough for a whole refused import; the oldest are forgotten, and their dependants are then re-homed instead. */
const REFUSED_PER_STREAM_MAX = 2_000;
