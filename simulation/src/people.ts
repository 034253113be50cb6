/**
 * People: each deed looks at what the device shows, and does one thing to it, as somebody at a screen would. What they
 * type comes from a few words where values must come back by chance, and is marked everywhere else.
 */
import type {
  ConflictView,
  Decision,
  Device,
  ElementSummary,
  ElementView,
  IntendedField,
  Intent,
} from '@waypost/client';
import {
  alignRows,
  type Content,
  type DeviceId,
  differences,
  type ElementId,
  equalJsonText,
  fromValue,
  type JsonText,
  ordersBetween,
  parseJson,
  readGroup,
  rowOfText,
  type Revision,
  roomAt,
  toValue,
  TREE_DEPTH_MAX,
  uuidOf,
  type WorkspaceId,
} from '@waypost/protocol';
import type { Check } from './invariants.ts';
import { FUTURE_KIND, FUTURE_MEMBER, schemas } from './kinds.ts';
import { type Ledger, marksIn } from './ledger.ts';
import type { Deed } from './plan.ts';
import type { Random } from './random.ts';

export const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'omega', 'sigma'] as const;
/** Few, so that a value is often what it was before. */
export const VALUES = ['red', 'green', 'blue'] as const;

/** What someone began to edit, with what they saw at that moment. */
interface Draft {
  readonly id: ElementId;
  readonly fields: readonly IntendedField[];
  readonly marks: readonly number[];
}

/** What was done to an element before, to be undone. */
interface Done {
  readonly id: ElementId;
  readonly group: string;
  readonly before: JsonText | null;
}

/** One person at one device. Outlives the tabs and processes they work in. */
export interface Person {
  readonly name: string;
  readonly device: DeviceId;
  readonly drafts: Draft[];
  readonly done: Done[];
  /** What was typed into each change, by its number. */
  readonly changes: Map<string, readonly number[]>;
  /** What was typed last into each workspace; with what that may have replaced, while nobody has said whether it did. */
  readonly last: Map<WorkspaceId, readonly number[]>;
}

export interface Hands {
  readonly person: Person;
  readonly device: Device;
  readonly workspace: WorkspaceId;
  readonly random: Random;
  readonly ledger: Ledger;
  /** Is told of a change the moment it is asked for, and once it is saved. */
  readonly witness: Witness;
  /** Lets time pass while the person looks at something; nothing comes of it where what they look at is closed meanwhile. */
  readonly think: (ms: number) => Promise<void>;
}

export interface Witness {
  asked(workspace: WorkspaceId, intents: readonly Intent[]): void;
  saved(workspace: WorkspaceId, receipt: { readonly stream: string; readonly n: number }): void;
  /** Of what was asked for there. What another workspace was asked for may have been saved. */
  failed(workspace: WorkspaceId): void;
  violated(check: Check, message: string): void;
  note(what: string, ...parts: readonly (string | number)[]): void;
}

/** Does it, or finds nothing to do it to. What a disk refuses was not saved, and the person knows. */
export async function act(deed: Deed, hands: Hands): Promise<void> {
  switch (deed) {
    case 'create':
      return create(hands);
    case 'name':
      return edit(hands, (data, { random }) => {
        const name = random.of(NAMES);
        if (isObject(data['info'])) data['info']['name'] = name;
        else data['name'] = name;
      });
    case 'setting':
      return edit(hands, editSetting, 'note');
    case 'colour':
      return edit(hands, (data, { random }) => void (data['colour'] = random.of(VALUES)), 'note');
    case 'text':
      return edit(hands, editText, 'note');
    case 'rows':
      return edit(hands, editRows, 'note');
    case 'target':
      return edit(hands, editTarget, 'request');
    case 'several':
      return several(hands);
    case 'future':
      return edit(hands, (data, pen) => void (data[FUTURE_MEMBER] = pen.mark('future')));
    case 'move':
      return move(hands, 'move');
    case 'reorder':
      return move(hands, 'reorder');
    case 'delete':
      return remove(hands);
    case 'restore':
      return restore(hands);
    case 'purge':
      return purge(hands);
    case 'undo':
      return undo(hands);
    case 'resolve':
      return resolve(hands);
    case 'begin-draft':
      return beginDraft(hands);
    case 'save-draft':
      return saveDraft(hands);
    case 'local':
      return putLocal(hands);
    case 'import':
      return importMany(hands);
    case 'poison':
      return poison(hands);
    case 'dismiss':
      return dismiss(hands);
    case 'retry':
      return hands.device.retry();
    case 'check':
      return check(hands);
  }
}

/** With what is in the trash: what a conflict is about is shown beside it also where its place is deleted by now. */
function everything({ device, workspace, ledger }: Hands): ElementSummary[] {
  return [...walk(device, workspace), ...[...ledger.elements].flatMap((id) => device.summary(id, workspace) ?? [])];
}

function revisionsOf(shown: readonly ElementSummary[]): ReadonlyMap<ElementId, Revision> {
  return new Map(shown.map(({ id, revision }) => [id, revision]));
}

/** Everything a device shows, parents first. */
export function walk(device: Device, workspace: WorkspaceId): ElementSummary[] {
  const found: ElementSummary[] = [];
  const visit = (parent: ElementId | null, depth: number): void => {
    if (depth > TREE_DEPTH_MAX + 1)
      throw new Error(`The tree that ${workspace} shows is deeper than ${TREE_DEPTH_MAX}.`);
    for (const child of device.list(parent, workspace)) {
      found.push(child);
      visit(child.id, depth + 1);
    }
  };
  visit(null, 1);
  return found;
}

type JsonValue = null | boolean | number | string | JsonValue[] | { [member: string]: JsonValue };
type Members = { [member: string]: JsonValue };

/** What an edit may use: chance, and marks for what is typed. */
interface Pen {
  readonly random: Random;
  mark(meaning?: 'known' | 'future'): string;
}

function penFor(hands: Hands, id: ElementId, marks: number[]): Pen {
  return {
    random: hands.random,
    mark: (meaning = 'known') => {
      const text = hands.ledger.type(hands.person.device, hands.workspace, id, meaning);
      marks.push(Number(text.slice(1, -1)));
      return text;
    },
  };
}

async function create(hands: Hands): Promise<void> {
  const kind = kindToMake(hands.random);
  const marks: number[] = [];
  const parent = pickParent(hands, kind);
  const { order, makingRoom } = placeAmong(hands, parent);
  await change(hands, [...makingRoom, newIntent(hands, { kind, parent, order, marks })], marks);
}

function kindToMake(random: Random): string {
  return random.weighted({ note: 12, request: 3, folder: 3, collection: 1, environment: 1, [FUTURE_KIND]: 1 });
}

function newIntent(
  hands: Hands,
  made: { readonly kind: string; readonly parent: ElementId | null; readonly order: string; readonly marks: number[] },
): Intent & { readonly do: 'create' } {
  const id = newId(hands.random);
  const data = newData(made.kind, penFor(hands, id, made.marks));
  const { kind, parent, order } = made;
  return { do: 'create', id, kind, schema: 1, parent, order, data: JSON.stringify(data), rows: {}, origin: null };
}

function newData(kind: string, pen: Pen): Members {
  const { random } = pen;
  const name = random.of(NAMES);
  const future = random.happens(0.3) ? { [FUTURE_MEMBER]: { deep: [pen.mark('future'), 1.5] } } : {};
  switch (kind) {
    case 'request': {
      const mark = pen.mark();
      return { name, request: { method: `M${mark}`, header: [], url: urlOf(mark) }, ...future };
    }
    case 'collection':
      return {
        info: { name, schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
        ...future,
      };
    case 'environment':
      return { name, values: [{ key: 'host', value: pen.mark() }], ...future };
    case FUTURE_KIND:
      return { name, light: pen.mark('future'), ...future };
    case 'folder':
      return { name, description: pen.mark(), ...future };
    default: {
      const rows = Array.from({ length: random.below(4) }, () => newRow(pen));
      const text = Array.from({ length: random.between(1, 5) }, () => pen.mark()).join('\n');
      return { name, text, rows, vars: [], settings: { a: random.of(VALUES), b: pen.mark() }, ...future };
    }
  }
}

/** Scheme, host and path with one mark: they must always come from one writer. */
function urlOf(mark: string): Members {
  return { raw: `https://h${mark}/p${mark}`, protocol: 'https', host: [`h${mark}`], path: [`p${mark}`] };
}

function newRow(pen: Pen): Members {
  const row: Members = { key: pen.random.of(NAMES), value: pen.mark() };
  if (pen.random.happens(0.2)) row['text'] = `${pen.mark()}\n${pen.mark()}`;
  return row;
}

function editSetting(data: Members, pen: Pen): void {
  const settings = isObject(data['settings']) ? data['settings'] : {};
  data['settings'] = settings;
  const name = pen.random.of(['a', 'b', 'c']);
  if (name === 'a') settings[name] = pen.random.of(VALUES);
  else if (pen.random.happens(0.12)) delete settings[name];
  else settings[name] = pen.random.happens(0.05) ? pen.mark().repeat(60) : pen.mark();
}

function editText(data: Members, pen: Pen): void {
  const { random } = pen;
  const lines = typeof data['text'] === 'string' ? data['text'].split('\n') : [];
  const at = random.below(lines.length + 1);
  const how = random.weighted({ insert: 4, change: 4, delete: 2, rewrite: 0.5 });
  if (how === 'insert' || lines.length === 0) lines.splice(at, 0, pen.mark());
  else if (how === 'change') lines[at % lines.length] = `${random.of(VALUES)} ${pen.mark()}`;
  else if (how === 'delete') lines.splice(at % lines.length, 1);
  else lines.splice(0, lines.length, pen.mark(), random.of(VALUES));
  data['text'] = lines.join('\n');
}

function editRows(data: Members, pen: Pen): void {
  const { random } = pen;
  const path = random.happens(0.7) ? 'rows' : 'vars';
  const rows: JsonValue[] = Array.isArray(data[path]) ? [...data[path]] : [];
  const at = random.below(rows.length + 1);
  const how = random.weighted({ add: 4, edit: 4, delete: 2, reorder: 2, text: 1 });
  const row = rows[at % Math.max(1, rows.length)];
  if (how === 'add' || !isObject(row)) rows.splice(at, 0, newRow(pen));
  else if (how === 'edit')
    rows[at % rows.length] = { ...row, value: random.happens(0.3) ? random.of(VALUES) : pen.mark() };
  else if (how === 'delete') rows.splice(at % rows.length, 1);
  else if (how === 'text')
    rows[at % rows.length] = { ...row, text: `${typeof row['text'] === 'string' ? row['text'] : ''}\n${pen.mark()}` };
  else rows.splice(random.below(rows.length), 0, ...rows.splice(at % rows.length, 1));
  data[path] = rows;
}

function editTarget(data: Members, pen: Pen): void {
  const request = isObject(data['request']) ? data['request'] : {};
  const mark = pen.mark();
  data['request'] = { ...request, method: `M${mark}`, url: urlOf(mark) };
}

/** Several edits that are one change: of one element, or of two. */
async function several(hands: Hands): Promise<void> {
  const notes = walk(hands.device, hands.workspace).filter(({ kind }) => kind === 'note');
  if (notes.length === 0) return;
  const marks: number[] = [];
  const intents: Intent[] = [];
  const chosen = new Set([hands.random.of(notes).id, hands.random.of(notes).id]);
  for (const id of chosen) {
    const fields = await editedFields(hands, id, marks, (data, pen) => {
      editSetting(data, pen);
      if (pen.random.happens(0.5)) editText(data, pen);
      if (pen.random.happens(0.5)) editRows(data, pen);
    });
    if (fields !== null && fields.length > 0) intents.push({ do: 'set', id, fields });
  }
  if (hands.random.happens(0.3)) {
    const { order, makingRoom } = placeAmong(hands, null);
    intents.push(...makingRoom, newIntent(hands, { kind: 'note', parent: null, order, marks }));
  }
  if (intents.length > 0) await change(hands, intents, marks);
}

async function edit(hands: Hands, how: (data: Members, pen: Pen) => void, kind?: string): Promise<void> {
  const id = pick(hands, kind);
  if (id === null) return;
  const marks: number[] = [];
  const fields = await editedFields(hands, id, marks, how);
  if (fields === null || fields.length === 0) return;
  const autosave = hands.random.happens(0.3) ? { autosave: true as const } : {};
  await change(hands, [{ do: 'set', id, fields, ...autosave }], marks);
}

/** The groups that an edit of an element's data writes. Null where it is no longer there. */
async function editedFields(
  hands: Hands,
  id: ElementId,
  marks: number[],
  how: (data: Members, pen: Pen) => void,
): Promise<IntendedField[] | null> {
  const seen = await hands.device.read(id, hands.workspace);
  if (seen === null) return null;
  const data = toValue(parseJson(seen.data));
  if (!isObject(data)) return null;
  how(data, penFor(hands, id, marks));
  const schema = schemas(seen.kind);
  const before: Content = { data: parseJson(seen.data), rows: seen.rows };
  const after = alignRows(schema, before, fromValue(data), {
    id: () => newId(hands.random).slice(0, 8),
    chance: () => hands.random.number(),
  });
  const fields = differences(schema, before, after);
  for (const { group, before: was } of fields) {
    hands.person.done.push({ id, group, before: was });
    hands.ledger.saw(hands.person.device, id, group, was);
  }
  if (hands.person.done.length > 20) hands.person.done.splice(0, 10);
  // An editor knows what it began with; a script does not, and writes over whatever is there.
  if (hands.random.happens(0.8))
    return fields.map(({ group, after: value }) => ({ group, value, base: baseOf(seen, group) }));
  for (const { group } of fields) hands.ledger.sawWhatever(hands.person.device, id, group);
  return fields.map(({ group, after: value }) => ({ group, value }));
}

async function move(hands: Hands, how: 'move' | 'reorder'): Promise<void> {
  const shown = walk(hands.device, hands.workspace);
  if (shown.length === 0) return;
  const { id, kind, parent: from } = hands.random.of(shown);
  const parent = how === 'reorder' ? from : pickParent(hands, kind, id);
  const { order, makingRoom } = placeAmong(hands, parent, id);
  await change(hands, [...makingRoom, { do: 'move', id, parent, order }], []);
}

async function remove(hands: Hands): Promise<void> {
  const shown = walk(hands.device, hands.workspace);
  if (shown.length === 0) return;
  const { id } = hands.random.of(shown);
  hands.ledger.deleted(hands.person.device, id, revisionsOf(shown));
  await change(hands, [{ do: 'delete', id }], []);
}

async function restore(hands: Hands): Promise<void> {
  const trash = hands.device.trash(hands.workspace);
  if (trash.length === 0) return;
  const { id } = hands.random.of(trash);
  hands.ledger.broughtBack(hands.person.device, id);
  await change(hands, [{ do: 'restore', id }], []);
}

async function purge(hands: Hands): Promise<void> {
  const trash = hands.device.trash(hands.workspace);
  if (trash.length > 0) await change(hands, [{ do: 'purge', id: hands.random.of(trash).id }], []);
}

/** Puts back what a group was before this person's last edit of it. */
async function undo(hands: Hands): Promise<void> {
  const last = hands.person.done.pop();
  if (last === undefined) return;
  const seen = await hands.device.read(last.id, hands.workspace);
  if (seen === null || last.group.endsWith('@order')) return;
  const content = { data: parseJson(seen.data), rows: seen.rows };
  const schema = schemas(seen.kind);
  // A text that has nowhere to stand comes back with its row, by an undo of its own.
  const row = rowOfText(schema, last.group);
  if (row !== null && readGroup(schema, content, row) === null) return;
  hands.ledger.saw(hands.person.device, last.id, last.group, readGroup(schema, content, last.group));
  await change(
    hands,
    [{ do: 'set', id: last.id, fields: [{ group: last.group, value: last.before, base: baseOf(seen, last.group) }] }],
    [],
  );
}

async function resolve(hands: Hands): Promise<void> {
  const conflicts = await hands.device.conflicts(hands.workspace);
  if (conflicts.length === 0) return;
  const shown = hands.random.of(conflicts);
  const decide = decider(hands, shown, decisionOf(anyDecision(hands.random), shown, hands.random));
  // Others go on working while somebody makes up their mind.
  if (hands.random.happens(0.5)) await hands.think(hands.random.below(hands.random.of([300, 3_000, 30_000])));
  await decide();
}

/** Whatever waits for a person is decided, one way or another. */
export async function decideAll(hands: Hands): Promise<void> {
  const decided = new Set<ElementId>();
  for (const conflict of await hands.device.conflicts(hands.workspace)) {
    // What is gone for good and was never here can only be left so, and half of what belongs together not at all.
    const decision = decisionOf(anyDecision(hands.random), conflict, hands.random);
    const receipt = await decider(hands, conflict, decision)();
    if (receipt === null) await decider(hands, conflict, { kind: 'theirs' })();
    // Of two versions of one's own, both kept, neither need stand as it is.
    else if (!decided.has(conflict.element)) await checkKept(hands, { conflict, decision, created: receipt.created });
    decided.add(conflict.element);
  }
}

interface Decided {
  readonly conflict: ConflictView;
  readonly decision: Decision;
  readonly created: ElementId | null;
}

/** [I20] Who decides for a version, while nobody else does anything, sees it stand. */
async function checkKept(hands: Hands, { conflict, decision, created }: Decided): Promise<void> {
  if (decision.kind === 'theirs') return;
  const seen = await hands.device.read(created ?? conflict.element, hands.workspace);
  if (seen === null) return;
  const content = { data: parseJson(seen.data), rows: seen.rows };
  for (const { group, mine } of conflict.fields) {
    if (decision.kind === 'fields' && !decision.mine.includes(group)) continue;
    // A row says where its text stands, and its order is nobody's where it is gone.
    if (/#[^@]*(?:@order)?$/.test(group)) continue;
    const stands = readGroup(schemas(seen.kind), content, group);
    if (!equalJsonText(stands, mine))
      hands.witness.violated(
        'I20',
        `${hands.person.name} decided for ${group} of ${seen.id} as ${mine}, and it is ${stands}.`,
      );
  }
}

function anyDecision(random: Random): Decision['kind'] {
  return random.weighted({ mine: 3, theirs: 3, new: 2, fields: 2 });
}

/** Somebody is shown a conflict; what they then decide says whether that was done. */
function decider(hands: Hands, conflict: ConflictView, decision: Decision): () => ReturnType<typeof decideNow> {
  hands.witness.note('decides', conflict.id, decision.kind);
  hands.ledger.broughtBack(hands.person.device, conflict.element);
  for (const { group, base, mine, theirs } of conflict.fields)
    for (const side of [base, mine, theirs]) hands.ledger.saw(hands.person.device, conflict.element, group, side);
  if (conflict.type === 'changed-since')
    hands.ledger.deleted(hands.person.device, conflict.element, revisionsOf(everything(hands)));
  return () => decideNow(hands, conflict, decision);
}

/** Null where it was refused. */
async function decideNow(
  hands: Hands,
  conflict: ConflictView,
  decision: Decision,
): Promise<Awaited<ReturnType<Device['resolve']>> | null> {
  const receipt = await attempt(hands, () => hands.device.resolve(conflict, decision, hands.workspace));
  if (receipt !== null) hands.witness.saved(hands.workspace, receipt);
  return receipt;
}

function decisionOf(kind: Decision['kind'], conflict: ConflictView, random: Random): Decision {
  if (kind !== 'fields') return { kind };
  const mine: string[] = [];
  const theirs: string[] = [];
  for (const { group } of conflict.fields) (random.happens(0.5) ? mine : theirs).push(group);
  return { kind, mine, theirs };
}

/** Types into a tab without saving: what was seen then is what it is saved over, however much later. */
async function beginDraft(hands: Hands): Promise<void> {
  const id = pick(hands, 'note');
  if (id === null) return;
  const seen = await hands.device.read(id, hands.workspace);
  if (seen === null) return;
  const marks: number[] = [];
  const fields = await editedFields(hands, id, marks, hands.random.happens(0.5) ? editText : editSetting);
  const withBases = (fields ?? []).map((field) => ({ ...field, base: baseOf(seen, field.group) }));
  if (withBases.length > 0) hands.person.drafts.push({ id, fields: withBases, marks });
}

function baseOf(seen: ElementView, group: string): NonNullable<IntendedField['base']> {
  const content = { data: parseJson(seen.data), rows: seen.rows };
  return {
    value: readGroup(schemas(seen.kind), content, group),
    revision: (seen.stamps[group] ?? seen.created).revision,
    epoch: seen.epoch,
  };
}

async function saveDraft(hands: Hands): Promise<void> {
  const draft = hands.person.drafts.shift();
  if (draft === undefined) return;
  await change(hands, [{ do: 'set', id: draft.id, fields: draft.fields }], draft.marks);
}

/** A local value: never to be seen outside the device. */
export const LOCAL_MARK = 'LOCAL-ONLY';

async function putLocal(hands: Hands): Promise<void> {
  await attempt(hands, () =>
    hands.device.local.put(
      hands.workspace,
      `value/${hands.random.below(5)}`,
      `${LOCAL_MARK}-${hands.random.below(1000)}`,
    ),
  );
}

/** A file with a tree of its own, in one change or several. */
async function importMany(hands: Hands): Promise<void> {
  const count = hands.random.between(5, 40);
  const marks: number[] = [];
  const intents: (Intent & { readonly do: 'create' })[] = [];
  const orders = ordersBetween(null, null, count);
  for (let at = 0; at < count; at += 1) {
    const parents = intents.filter(({ kind }) => kind === 'folder');
    const above = at === 0 || hands.random.happens(0.2) ? null : hands.random.of([null, ...parents]);
    const kind = at === 0 ? 'folder' : hands.random.weighted({ note: 5, folder: 2 });
    intents.push(newIntent(hands, { kind, parent: above?.id ?? null, order: orders[at] as string, marks }));
  }
  const size = hands.random.of([count, 7]);
  for (let at = 0; at < count; at += size) {
    const part = intents.slice(at, at + size);
    const text = part.map(({ data }) => data).join();
    await change(hands, part, [...marksIn(text)]);
  }
}

/** What the server must refuse, and what must not stop the rest. */
async function poison(hands: Hands): Promise<void> {
  const marks: number[] = [];
  const { order } = placeAmong(hands, null);
  const made = newIntent(hands, { kind: 'note', parent: null, order, marks });
  const what = hands.random.of(['schema', 'order', 'data']);
  const bad: Intent =
    what === 'schema'
      ? { ...made, schema: 99 }
      : what === 'order'
        ? { ...made, order: 'a0 ' }
        : { ...made, data: '{"half":' };
  await attempt(hands, async () => {
    const receipt = await hands.device.change([bad], hands.workspace);
    hands.witness.note('poison', what, receipt.n);
    // Something that depends on it.
    if (hands.random.happens(0.5))
      await hands.device.change(
        [newIntent(hands, { kind: 'note', parent: bad.id, order: 'a0', marks })],
        hands.workspace,
      );
  });
  hands.ledger.excuse(marks, 'poison');
}

async function dismiss(hands: Hands): Promise<void> {
  const refused = hands.device.refused(hands.workspace);
  if (refused.length === 0) return;
  const one = hands.random.of(refused);
  hands.ledger.excuse(marksIn(one.writes), 'dismissed');
  await attempt(hands, () => hands.device.dismiss(one));
}

async function check(hands: Hands): Promise<void> {
  const result = await attempt(hands, () => hands.device.check({ repair: false }, hands.workspace));
  if (result !== null) hands.witness.note('check', result.equal ? 'equal' : result.differing.join(' '));
}

async function change(hands: Hands, intents: readonly Intent[], marks: readonly number[]): Promise<void> {
  for (const intent of intents) {
    if (intent.do === 'create') hands.ledger.make(intent.id, intent.parent, intent.order);
    if (intent.do === 'move') hands.ledger.place(intent.id, intent.parent, intent.order);
  }
  const { person, workspace, ledger } = hands;
  const before = person.last.get(workspace) ?? [];
  const savesItself = intents.some((intent) => intent.do === 'set' && intent.autosave === true);
  // A process that dies over it never says whether this took the place of what was typed before.
  if (savesItself) ledger.mayTakePlace(marks, before);
  person.last.set(workspace, savesItself ? [...before, ...marks] : marks);
  hands.witness.asked(workspace, intents);
  const receipt = await attempt(hands, () => hands.device.change(intents, workspace));
  if (savesItself) ledger.tookPlace(marks);
  person.last.set(workspace, receipt === null ? before : marks);
  if (receipt === null) return;
  ledger.saved(marks);
  excuseReplaced(hands, `${receipt.stream}/${receipt.n}`, marks);
  hands.witness.saved(workspace, receipt);
}

/** What saved itself while somebody typed may take the place of what it saved a moment ago. */
function excuseReplaced({ person, ledger }: Hands, change: string, marks: readonly number[]): void {
  ledger.excuse(person.changes.get(change) ?? [], 'typed over');
  person.changes.set(change, marks);
}

/** What a disk or a device refuses is not saved, and not the end of anything. */
async function attempt<Result>(hands: Hands, work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (!isOfTheWorld(error)) throw error;
    hands.witness.note('refused', String(error));
    hands.witness.failed(hands.workspace);
    return null;
  }
}

function isOfTheWorld(error: unknown): boolean {
  return error instanceof Error && error.name === 'WaypostError';
}

function pick(hands: Hands, kind?: string): ElementId | null {
  const shown = walk(hands.device, hands.workspace).filter((summary) => kind === undefined || summary.kind === kind);
  return shown.length === 0 ? null : hands.random.of(shown).id;
}

/** Somewhere it may stand; now and then deep, now and then at the top. Never below itself: nobody can drop it there. */
function pickParent(hands: Hands, kind: string, moved?: ElementId): ElementId | null {
  if (kind === 'collection' || kind === 'environment' || hands.random.happens(0.25)) return null;
  const below = new Set<ElementId>(moved === undefined ? [] : [moved]);
  const candidates = walk(hands.device, hands.workspace).filter(({ id, parent, kind: parentKind }) => {
    if (parent !== null && below.has(parent)) below.add(id);
    return !below.has(id) && (parentKind === 'folder' || parentKind === 'collection' || parentKind === 'note');
  });
  return candidates.length === 0 ? null : hands.random.of(candidates).id;
}

/** Somewhere among what stands below a parent, and the moves of those that make room there. */
function placeAmong(
  hands: Hands,
  parent: ElementId | null,
  moved?: ElementId,
): { readonly order: string; readonly makingRoom: readonly Intent[] } {
  const siblings = hands.device.list(parent, hands.workspace).filter(({ id }) => id !== moved);
  // Few draws, so that devices often choose the same key.
  const room = roomAt(siblings, hands.random.below(siblings.length + 1), () => hands.random.below(4) / 4);
  const makingRoom = room.moved.map((sibling) => ({ do: 'move' as const, parent, ...sibling }));
  return { order: room.order, makingRoom };
}

function newId(random: Random): ElementId {
  return uuidOf(random.bytes(16)) as ElementId;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
