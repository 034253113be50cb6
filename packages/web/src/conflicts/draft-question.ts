/** Saving something that changed elsewhere, as the question the conflict dialog asks. */
import type { ElementView, Intent } from '@waypost/client';
import { editContent, isKind, schemas } from '@waypost/model';
import { type Actor, type Content, type ElementId, printJson, readGroup } from '@waypost/protocol';
import { type Notice, notify } from '../design/notice.tsx';
import { messageOf } from '../design/words.ts';
import type { Bench } from '../desk/bench.ts';
import { contentOf, type DraftField } from '../desk/draft.ts';
import type { SaveResult } from '../desk/drafts.ts';
import { freshRows, newElementId } from '../desk/new-id.ts';
import { lastPlace, placeBefore } from '../desk/placing.ts';
import { freeName } from '../tree/copying.ts';
import { closeDeleted } from './close-deleted.ts';
import type { Sides } from './field-names.ts';

/** The contested groups of a draft with both sides. */
export function contestedSides({ drafts }: Pick<Bench, 'drafts'>, view: ElementView): readonly Sides[] {
  const contested = drafts.state(view.id)?.contested ?? [];
  const content = contentOf(view);
  return drafts
    .fields(view.id)
    .filter(({ group }) => contested.includes(group))
    .map(({ group, value, base }) => ({
      ...{ group, base: base.value, mine: value },
      theirs: readGroup(schemas(view.kind), content, group),
    }));
}

/** Who wrote one of these groups last; null where the text is merged from several. */
export function writerOf(view: ElementView, groups: readonly string[]): Actor['device'] | null {
  const stamps = groups.map((group) => view.stamps[group] ?? view.created);
  return stamps.toSorted((a, b) => b.revision - a.revision)[0]?.author ?? null;
}

/**
 * Saves the draft with what was chosen. Groups not in `mine` are given up, and kept in the history first. The undo puts back
 * what stood, and what was typed into the tab.
 */
export async function saveChosen(
  bench: Bench,
  shown: ElementView,
  chosen: { readonly mine: readonly string[]; readonly theirs: readonly string[] },
): Promise<SaveResult> {
  const { drafts, device, workspace } = bench;
  const { id, kind } = shown;
  const typed = drafts.fields(id).filter(({ group }) => [...chosen.mine, ...chosen.theirs].includes(group));
  await keepInHistory(
    bench,
    id,
    typed.filter(({ group }) => chosen.theirs.includes(group)),
  );
  drafts.giveUp(id, chosen.theirs);
  const result = await drafts.save(id, { overwrite: shown });
  if (result.kind !== 'saved' && result.kind !== 'nothing') return result;
  const content = contentOf(shown);
  const stood = chosen.mine.map((group) => ({ group, value: readGroup(schemas(kind), content, group) }));
  notify({
    ...SAVED[chosen.theirs.length === 0 ? 'mine' : chosen.mine.length === 0 ? 'theirs' : 'fields'],
    action: undoing(async () => {
      if (stood.length > 0) await device.change([{ do: 'set', id, fields: stood }], workspace);
      bench.tabs.openElement(id);
      await drafts.typeAgain(id, typed);
    }),
  });
  return result;
}

const SAVED: Readonly<Record<'mine' | 'theirs' | 'fields', Pick<Notice, 'text' | 'detail'>>> = {
  mine: { text: 'Saved over theirs', detail: 'What stood before is kept in the history.' },
  theirs: { text: 'Theirs stands', detail: 'What you typed is kept in the history. Undo puts it back into the tab.' },
  fields: { text: 'Saved as chosen', detail: 'What was not chosen is kept in the history.' },
};

/** What was typed and never saved is in no history by itself. */
export async function keepInHistory(
  { device, workspace }: Pick<Bench, 'device' | 'workspace'>,
  id: ElementId,
  fields: readonly DraftField[],
): Promise<void> {
  if (fields.length === 0) return;
  const given = fields.map(({ group, value, base }) => ({ group, value, base: base.value }));
  await device.giveUp(id, given, workspace);
}

function undoing(undo: () => Promise<void>): NonNullable<Notice['action']> {
  const act = async (): Promise<void> => {
    try {
      await undo();
    } catch (error) {
      notify({ text: 'Not undone', detail: messageOf(error), kind: 'problem' });
    }
  };
  return { label: 'Undo', act: () => void act() };
}

/** What was typed becomes an element of its own behind the original, which stays as the others have it. */
export async function saveAsNew(bench: Bench, { id, kind, parent }: ElementView): Promise<ElementId | null> {
  const { drafts, elements, tabs, device, workspace } = bench;
  const content = drafts.contentOf(id);
  if (content === null) return null;
  const siblings = elements.list(parent);
  const next = siblings[siblings.findIndex((sibling) => sibling.id === id) + 1];
  const { order, makingRoom } = placeBefore(elements, { parent, before: next?.id ?? null, moving: new Set() });
  const { name } = schemas(kind).label(content.data);
  const free = freeName(name, new Set(siblings.map((sibling) => sibling.name)));
  const named = editContent(kind, content, [{ op: 'text', path: 'name', text: free }], freshRows);
  const fresh = newElementId();
  await device.change([...makingRoom, creating({ id: fresh, kind, parent, order, content: named })], workspace);
  const typed = drafts.fields(id);
  await drafts.discard(id);
  tabs.openElement(fresh);
  notify({
    text: `Saved as “${free}” beside it`,
    detail: 'The original stays as it was changed elsewhere.',
    action: undoing(async () => {
      if (!drafts.dirty.has(fresh)) tabs.close(fresh);
      await device.change([{ do: 'delete', id: fresh }], workspace);
      tabs.openElement(id);
      await drafts.typeAgain(id, typed);
    }),
  });
  return fresh;
}

/** The draft of something that was deleted elsewhere: it comes back where it was, with what was typed. */
export async function recreate(bench: Bench, id: ElementId): Promise<void> {
  const { drafts, elements, device, workspace } = bench;
  const state = drafts.state(id);
  if (state === null) return;
  if (elements.summary(id)?.trashed === true) {
    const fields = drafts.fields(id).map(({ group, value }) => ({ group, value }));
    await device.change(
      [
        { do: 'restore', id },
        { do: 'set', id, fields },
      ],
      workspace,
    );
    await drafts.discard(id);
    notify({ text: 'It is back, with what you typed' });
    return;
  }
  const parent = state.parent !== null && elements.summary(state.parent)?.trashed === false ? state.parent : null;
  const { order, makingRoom } = lastPlace(elements, parent);
  const fresh = newElementId();
  const made = creating({ id: fresh, kind: state.kind, parent, order, content: state.content });
  await device.change([...makingRoom, made], workspace);
  await closeDeleted(bench, id);
  bench.tabs.openElement(fresh);
  notify({ text: 'It is back, with what you typed', detail: 'It had been deleted for good, so it was made anew.' });
}

/** What was typed goes into a new tab that stands nowhere yet. */
export async function saveElsewhere(bench: Bench, id: ElementId): Promise<ElementId | null> {
  const { drafts, tabs } = bench;
  const state = drafts.state(id);
  if (state === null || !isKind(state.kind)) return null;
  const { name } = schemas(state.kind).label(state.content.data);
  const fresh = drafts.begin(state.kind, { parent: null, name, content: state.content });
  await closeDeleted(bench, id);
  tabs.openElement(fresh);
  return fresh;
}

interface Creating {
  readonly id: ElementId;
  readonly kind: string;
  readonly parent: ElementId | null;
  readonly order: string;
  readonly content: Content;
}

function creating({ content: { data, rows }, kind, ...place }: Creating): Intent {
  return { do: 'create', kind, schema: schemas(kind).version, data: printJson(data), rows, origin: null, ...place };
}
