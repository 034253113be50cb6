/**
 * The drafts of one workspace: kept on this device a moment after each keystroke, and brought up to date whenever
 * something changes below them. Several browser tabs have the same drafts.
 */
import type { Device, ElementView } from '@waypost/client';
import { type Edit, editContent, type Kind, newElementData, schemas } from '@waypost/model';
import {
  type Content,
  type DeviceId,
  type ElementId,
  type JsonText,
  parseRecent,
  printJson,
  type RowTable,
  type WorkspaceId,
} from '@waypost/protocol';
import * as z from 'zod/mini';
import { contentOf, type DraftField, fieldsOf, intended, overwriting, rebase, withFields } from './draft.ts';
import type { Elements } from './elements.ts';
import { DRAFT, draftKey, unreadKey } from './local-keys.ts';
import { type LeftBehind, NOTHING_LEFT } from './left-behind.ts';
import { freshRows, newElementId } from './new-id.ts';
import { lastPlace } from './placing.ts';

/** What an editor shows of an element. */
export interface DraftState {
  readonly id: ElementId;
  readonly kind: string;
  readonly content: Content;
  readonly isDirty: boolean;
  /** Never saved: it stands nowhere yet. */
  readonly isNew: boolean;
  /** Where a new one is to stand. */
  readonly parent: ElementId | null;
  /** Groups that somebody else wrote since the edit began. Saving asks about them. */
  readonly contested: readonly string[];
  /** Texts that took in what somebody else wrote; until it is saved. */
  readonly merged: readonly string[];
  /** The element is gone or in the trash: saving recreates it, or saves it elsewhere. */
  readonly isDeleted: boolean;
}

export type SaveResult =
  | { readonly kind: 'saved' }
  | { readonly kind: 'nothing' }
  /** Nothing was written: these groups were changed elsewhere since the edit began. */
  | { readonly kind: 'changed-elsewhere'; readonly groups: readonly string[] }
  | { readonly kind: 'deleted-elsewhere' }
  /** It is new and nobody said where it shall stand. */
  | { readonly kind: 'needs-place' };

interface Held {
  readonly id: ElementId;
  kind: string;
  fields: readonly DraftField[];
  /** Only of a new element. */
  made: { parent: ElementId | null; content: Content } | null;
  view: ElementView | null | undefined;
  /** As last seen: a draft outlives its element. */
  last: ElementView | null;
  contested: readonly string[];
  merged: readonly string[];
  state: DraftState | null;
  stop: () => void;
  users: number;
  writtenAt: number;
}

const rowsSchema = z.record(z.string(), z.array(z.object({ id: z.string(), order: z.string() })));
const draftSchema = z.object({
  format: z.literal(1),
  kind: z.string(),
  fields: z.array(
    z.object({
      group: z.string(),
      value: z.nullable(z.string()),
      base: z.object({ value: z.nullable(z.string()), revision: z.number(), epoch: z.nullable(z.string()) }),
    }),
  ),
  made: z.nullable(z.object({ parent: z.nullable(z.string()), data: z.string(), rows: rowsSchema })),
});
type DraftRecord = z.infer<typeof draftSchema>;

/** The first keystroke is written at once, and those that come within this of the last write are one more. */
const WRITE_EVERY_MS = 150;

export interface DraftsOptions {
  readonly device: Device;
  readonly workspace: WorkspaceId;
  readonly elements: Elements;
  readonly me: DeviceId;
  /** Names the drafts among the tabs of one browser. */
  readonly channel: string;
  /** The disk refused a draft: what is typed is in memory only. */
  readonly unkept: (error: unknown) => void;
  readonly left?: LeftBehind;
}

export class Drafts {
  readonly #options: DraftsOptions;
  readonly #held = new Map<ElementId, Held>();
  readonly #stored = new Map<ElementId, DraftRecord>();
  readonly #waiting = new Map<ElementId, ReturnType<typeof setTimeout>>();
  readonly #listeners = new Map<ElementId, Set<() => void>>();
  readonly #anyListeners = new Set<() => void>();
  readonly #editListeners = new Set<(id: ElementId) => void>();
  readonly #others: BroadcastChannel;
  /** Writes on their way to the disk. */
  readonly #writing = new Set<Promise<void>>();
  /** Drafts that are not on the disk as they are here. */
  readonly #unwritten = new Map<ElementId, number>();
  /** What stands on the disk as a draft and cannot be read: a newer version may. */
  readonly #unread = new Map<ElementId, string>();
  readonly #left: LeftBehind;
  readonly #stopWatchingLeft: () => void;
  #dirtyIds: ReadonlySet<ElementId> = new Set();

  private constructor(options: DraftsOptions) {
    this.#options = options;
    this.#left = options.left ?? NOTHING_LEFT;
    this.#stopWatchingLeft = this.#left.watch(() => this.#takeLeft());
    this.#others = new BroadcastChannel(`${options.channel}/drafts`);
    this.#others.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') void this.#readAgain(data as ElementId);
    });
  }

  static async open(options: DraftsOptions): Promise<Drafts> {
    const drafts = new Drafts(options);
    for (const { key, value } of await options.device.local.all(options.workspace)) {
      if (!key.startsWith(DRAFT)) continue;
      const id = key.slice(DRAFT.length) as ElementId;
      const record = recordOf(value);
      if (record === null) drafts.#unread.set(id, value);
      else drafts.#stored.set(id, record);
    }
    drafts.#takeLeft();
    drafts.#dirtyIds = new Set(drafts.#stored.keys());
    return drafts;
  }

  /** Elements with something unsaved, open or not. */
  get dirty(): ReadonlySet<ElementId> {
    return this.#dirtyIds;
  }

  /** How many drafts were found that cannot be read. They are kept. */
  get unread(): number {
    return this.#unread.size;
  }

  /** Null until it was read. */
  state(id: ElementId): DraftState | null {
    return this.#held.get(id)?.state ?? null;
  }

  watch(id: ElementId, listener: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners);
    listeners.add(listener);
    const held = this.#hold(id);
    held.users += 1;
    return () => {
      listeners.delete(listener);
      held.users -= 1;
      if (held.users > 0) return;
      this.#listeners.delete(id);
      if (this.#waiting.has(id)) this.#writeNow(id);
      held.stop();
      this.#held.delete(id);
    };
  }

  /** Tells when {@link dirty} is another set. */
  watchDirty(listener: () => void): () => void {
    this.#anyListeners.add(listener);
    return () => this.#anyListeners.delete(listener);
  }

  /** Tells of every edit of this window. */
  watchEdits(listener: (id: ElementId) => void): () => void {
    this.#editListeners.add(listener);
    return () => this.#editListeners.delete(listener);
  }

  /** Begins an element that stands nowhere yet. */
  begin(
    kind: Kind,
    options: { readonly parent: ElementId | null; readonly name: string; readonly content?: Content },
  ): ElementId {
    const id = newElementId();
    const content = options.content ?? { data: newElementData(kind, { name: options.name }), rows: {} };
    this.#stored.set(id, {
      format: 1,
      kind,
      fields: [],
      made: { parent: options.parent, data: printJson(content.data), rows: mutableRows(content.rows) },
    });
    this.#writeNow(id);
    this.#tellDirty();
    return id;
  }

  /** Applies edits by path. Throws PathError where one does not fit. */
  edit(id: ElementId, edits: readonly Edit[]): void {
    const state = this.#held.get(id)?.state;
    if (state == null) return;
    this.replace(id, editContent(state.kind, state.content, edits, freshRows));
  }

  /** The content as edited otherwise; its rows must know their ids. */
  replace(id: ElementId, content: Content): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    const over = held.view ?? held.last;
    if (held.made !== null) held.made = { ...held.made, content };
    else if (over !== null) held.fields = fieldsOf(over, content, held.fields);
    this.#kept(held, content);
    this.#writeSoon(id);
    for (const listener of this.#editListeners) listener(id);
  }

  /** What was typed before is in the tab again, over what it was typed over: saving asks again where it would have. */
  async typeAgain(id: ElementId, typed: readonly DraftField[]): Promise<void> {
    const held = this.#hold(id);
    const view = await this.#options.elements.read(id);
    const again = new Set(typed.map(({ group }) => group));
    held.fields = [...held.fields.filter(({ group }) => !again.has(group)), ...typed];
    this.#take(held, view);
    this.#writeSoon(id);
  }

  async discard(id: ElementId): Promise<void> {
    this.#forgetStored(id);
    const held = this.#held.get(id);
    if (held !== undefined) {
      held.fields = [];
      held.merged = [];
      if (held.made === null) this.#update(held);
    }
    this.#tellDirty();
    await this.#put(id, null);
  }

  /**
   * Saves: on disk when it resolves. `overwrite` is a person's answer to what was changed elsewhere: what they saw
   * of it, so that nothing later is replaced unseen; `place` that to where
   * a new element shall stand.
   */
  async save(
    id: ElementId,
    options: { readonly overwrite?: ElementView; readonly autosave?: boolean; readonly place?: ElementId | null } = {},
  ): Promise<SaveResult> {
    const { device, workspace, elements } = this.#options;
    const held = this.#hold(id);
    if (held.made !== null) {
      const parent = options.place === undefined ? held.made.parent : options.place;
      if (parent === null && options.place === undefined) return { kind: 'needs-place' };
      const { data, rows } = held.made.content;
      const { order, makingRoom } = lastPlace(elements, parent);
      await device.change(
        [
          ...makingRoom,
          {
            ...{ do: 'create', id, kind: held.kind, schema: schemas(held.kind).version, parent, order },
            ...{ data: printJson(data), rows, origin: null },
          },
        ],
        workspace,
      );
      held.made = null;
      this.#watchView(held);
      await this.discard(id);
      return { kind: 'saved' };
    }
    const view = await elements.read(id);
    if (view === null) return held.fields.length === 0 ? { kind: 'nothing' } : { kind: 'deleted-elsewhere' };
    this.#take(held, view);
    if (held.fields.length === 0) {
      await this.discard(id);
      return { kind: 'nothing' };
    }
    if (held.contested.length > 0 && options.overwrite === undefined)
      return { kind: 'changed-elsewhere', groups: held.contested };
    const saved = held.fields;
    const fields = intended(options.overwrite === undefined ? saved : overwriting(options.overwrite, saved));
    const autosave = options.autosave === true ? ({ autosave: true } as const) : {};
    await device.change([{ do: 'set', id, fields, ...autosave }], workspace);
    // What was typed while the disk was written is the next draft.
    held.fields = held.fields.filter((field) => !saved.includes(field));
    if (held.fields.length === 0) await this.discard(id);
    else this.#writeSoon(id);
    return { kind: 'saved' };
  }

  /** What was edited, group by group, each over what it began with. */
  fields(id: ElementId): readonly DraftField[] {
    return this.#held.get(id)?.fields ?? [];
  }

  /** Lets go of what was edited in some groups: what stands shows again. */
  giveUp(id: ElementId, groups: readonly string[]): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    held.fields = held.fields.filter(({ group }) => !groups.includes(group));
    held.contested = held.contested.filter((group) => !groups.includes(group));
    held.merged = held.merged.filter((group) => !groups.includes(group));
    this.#update(held);
    this.#writeSoon(id);
  }

  /** The content of a draft, for saving it elsewhere. */
  contentOf(id: ElementId): Content | null {
    return this.#held.get(id)?.state?.content ?? null;
  }

  /** Puts on disk what was typed a moment ago: the page may be gone next. */
  async flush(): Promise<void> {
    for (const id of [...this.#waiting.keys()]) this.#writeNow(id);
    await Promise.allSettled(this.#writing);
  }

  /** The page goes, perhaps before the disk answers: what it has not taken yet is left for whoever comes next. */
  leave(): void {
    const records = [...this.#unwritten.keys()].map((id): [string, string | null] => {
      const record = this.#stored.get(id);
      return [draftKey(id), record === undefined ? null : JSON.stringify(record)];
    });
    this.#left.leave(new Map(records));
    void this.flush();
  }

  /** The page that was about to go is here again. */
  stay(): void {
    this.#left.take();
  }

  /** Everything typed is on disk when it resolves. */
  async close(): Promise<void> {
    this.#stopWatchingLeft();
    for (const held of this.#held.values()) held.stop();
    this.#held.clear();
    await this.flush();
    this.#others.close();
  }

  #hold(id: ElementId): Held {
    const present = this.#held.get(id);
    if (present !== undefined) return present;
    const stored = this.#stored.get(id);
    const made = stored?.made ?? null;
    const held: Held = {
      ...{ id, kind: stored?.kind ?? '', fields: (stored?.fields ?? []) as readonly DraftField[] },
      made:
        made === null
          ? null
          : {
              parent: made.parent as ElementId | null,
              content: { data: parseRecent(made.data), rows: made.rows },
            },
      ...{ view: undefined, last: null, contested: [], merged: [], state: null, users: 0, writtenAt: 0 },
      stop: () => undefined,
    };
    this.#held.set(id, held);
    if (held.made === null) this.#watchView(held);
    else this.#kept(held, held.made.content);
    return held;
  }

  #watchView(held: Held): void {
    const { elements } = this.#options;
    held.stop = elements.watch(held.id, () => this.#viewChanged(held));
    if (elements.view(held.id) !== undefined) this.#viewChanged(held);
  }

  #viewChanged(held: Held): void {
    const view = this.#options.elements.view(held.id);
    if (view === undefined || held.made !== null) return;
    this.#take(held, view);
  }

  #take(held: Held, view: ElementView | null): void {
    held.view = view;
    if (view !== null) {
      held.last = view;
      held.kind = view.kind;
      const { fields, contested, merged } = rebase(view, held.fields, this.#options.me);
      const isOther = fields.length !== held.fields.length || fields.some((field, at) => field !== held.fields[at]);
      held.fields = fields;
      held.contested = contested;
      held.merged = [...new Set([...held.merged, ...merged])].filter((group) =>
        fields.some((one) => one.group === group),
      );
      if (isOther) this.#writeSoon(held.id);
    }
    if (view === null && held.last === null) void this.#readDeleted(held);
    else this.#update(held);
  }

  /** Opened once its element was in the trash already: what was typed is shown over what lies there. */
  async #readDeleted(held: Held): Promise<void> {
    const { device, workspace } = this.#options;
    const deleted = await device.readTrashed(held.id, workspace);
    if (held.view !== null || held.last !== null) return;
    held.last = deleted;
    held.kind = deleted?.kind ?? held.kind;
    this.#update(held);
  }

  #update(held: Held): void {
    const over = held.view ?? held.last;
    if (over === null) {
      this.#tell(held.id);
      return;
    }
    this.#kept(held, withFields(held.kind, contentOf(over), held.fields));
  }

  #kept(held: Held, content: Content): void {
    const isNew = held.made !== null;
    held.state = {
      ...{ id: held.id, kind: held.kind, content, isNew, parent: held.made?.parent ?? held.last?.parent ?? null },
      isDirty: isNew || held.fields.length > 0,
      ...{ contested: held.contested, merged: held.merged },
      isDeleted: !isNew && held.view === null,
    };
    this.#tell(held.id);
  }

  #writeSoon(id: ElementId): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    this.#remember(held);
    this.#markUnwritten(id);
    if (!this.#waiting.has(id))
      this.#waiting.set(
        id,
        setTimeout(() => this.#writeNow(id), Math.max(0, held.writtenAt + WRITE_EVERY_MS - performance.now())),
      );
    this.#tellDirty();
  }

  #remember(held: Held): void {
    if (held.made === null && held.fields.length === 0) this.#stored.delete(held.id);
    else this.#stored.set(held.id, recordFrom(held));
  }

  #writeNow(id: ElementId): void {
    clearTimeout(this.#waiting.get(id));
    this.#waiting.delete(id);
    const record = this.#stored.get(id);
    const held = this.#held.get(id);
    if (held !== undefined) held.writtenAt = performance.now();
    const writing = this.#put(id, record === undefined ? null : JSON.stringify(record))
      .catch((error: unknown) => this.#options.unkept(error))
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  async #put(id: ElementId, text: string | null): Promise<void> {
    const { device, workspace } = this.#options;
    const edits = this.#markUnwritten(id);
    const unread = this.#unread.get(id);
    // What takes its place does not replace it.
    if (unread !== undefined) await device.local.put(workspace, unreadKey(id), unread);
    this.#unread.delete(id);
    await device.local.put(workspace, draftKey(id), text);
    if (this.#unwritten.get(id) === edits) this.#unwritten.delete(id);
    this.#others.postMessage(id);
  }

  #markUnwritten(id: ElementId): number {
    const edits = (this.#unwritten.get(id) ?? 0) + 1;
    this.#unwritten.set(id, edits);
    return edits;
  }

  #forgetStored(id: ElementId): void {
    clearTimeout(this.#waiting.get(id));
    this.#waiting.delete(id);
    this.#stored.delete(id);
  }

  /** What a page that is gone typed last. */
  #takeLeft(): void {
    for (const [key, text] of this.#left.take()) {
      const record = text === null ? null : recordOf(text);
      const id = key.slice(DRAFT.length) as ElementId;
      if (record === null) this.#stored.delete(id);
      else this.#stored.set(id, record);
      void this.#put(id, record === null ? null : JSON.stringify(record))
        .then(() => this.#readAgain(id))
        .catch((error: unknown) => this.#options.unkept(error));
    }
  }

  /** Another tab of this browser wrote it. What is being typed here comes later, and stays. */
  async #readAgain(id: ElementId): Promise<void> {
    if (this.#waiting.has(id)) return;
    const { device, workspace } = this.#options;
    const found = (await device.local.all(workspace)).find(({ key }) => key === draftKey(id));
    const record = found === undefined ? null : recordOf(found.value);
    if (this.#waiting.has(id)) return;
    if (record === null) this.#stored.delete(id);
    else this.#stored.set(id, record);
    const held = this.#held.get(id);
    if (held !== undefined) {
      if (record?.made != null) {
        held.made = {
          parent: record.made.parent as ElementId | null,
          content: { data: parseRecent(record.made.data), rows: record.made.rows },
        };
        this.#kept(held, held.made.content);
      } else {
        if (held.made !== null) {
          held.made = null;
          this.#watchView(held);
        }
        held.fields = (record?.fields ?? []) as readonly DraftField[];
        const view = await this.#options.elements.read(id);
        this.#take(held, view);
      }
    }
    this.#tellDirty();
  }

  #tell(id: ElementId): void {
    for (const listener of this.#listeners.get(id) ?? []) listener();
  }

  #tellDirty(): void {
    const now = new Set(this.#stored.keys());
    if (now.size === this.#dirtyIds.size && [...now].every((id) => this.#dirtyIds.has(id))) return;
    this.#dirtyIds = now;
    for (const listener of this.#anyListeners) listener();
  }
}

function recordFrom({ kind, fields, made }: Held): DraftRecord {
  return {
    format: 1,
    kind,
    fields: fields.map(({ group, value, base }) => ({ group, value, base: { ...base } })),
    made:
      made === null
        ? null
        : {
            parent: made.parent,
            data: printJson(made.content.data) satisfies JsonText,
            rows: mutableRows(made.content.rows),
          },
  };
}

/** Null where it cannot be read. */
function recordOf(text: string): DraftRecord | null {
  try {
    return draftSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function mutableRows(rows: RowTable): Record<string, { id: string; order: string }[]> {
  return Object.fromEntries(Object.entries(rows).map(([path, list]) => [path, list.map((row) => ({ ...row }))]));
}
