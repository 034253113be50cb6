/** What a person does to the tree: by menu, key or drag. Each is one change, says what it did, and can be undone. */
import type { ElementView, Intent } from '@waypost/client';
import { editContent, isKind, type Kind, mayStand, schemas } from '@waypost/model';
import { differences, type ElementId, type WorkspaceId } from '@waypost/protocol';
import { notify } from '../design/notice.tsx';
import { messageOf } from '../design/words.ts';
import type { Bench } from '../desk/bench.ts';
import { contentOf } from '../desk/draft.ts';
import { freshRows } from '../desk/new-id.ts';
import { create, newRequest } from '../frame/actions.ts';
import { clipboard } from './clipboard.ts';
import { type Copies, copying, freeName } from './copying.ts';
import {
  deleting,
  moving,
  movingProblem,
  placeBehind,
  placeNear,
  type Reversible,
  sorting,
  stepping,
  type Target,
  topmost,
} from './structure.ts';
import { treeOf } from './tree-state.ts';

/** Does it, and offers to undo it. False where it cannot be done. */
async function perform(bench: Bench, { intents, undo }: Reversible, text: string): Promise<boolean> {
  if (intents.length === 0) return true;
  if (!(await attempt(bench, intents))) return false;
  notify({ text, action: { label: 'Undo', act: () => void attempt(bench, undo) } });
  return true;
}

/** False, and said, where it cannot be done. */
async function attempt(
  { device, workspace }: { readonly device: Bench['device']; readonly workspace: WorkspaceId },
  intents: readonly Intent[],
): Promise<boolean> {
  try {
    await device.change(intents, workspace);
    return true;
  } catch (error) {
    notify({ text: 'Not done', detail: messageOf(error), kind: 'problem' });
    return false;
  }
}

export async function remove(bench: Bench, ids: readonly ElementId[]): Promise<void> {
  const top = topmost(bench.elements, ids);
  const text = `Moved ${nameOf(bench, top)} to the trash`;
  await perform(bench, deleting(top), text);
}

export async function move(bench: Bench, ids: readonly ElementId[], target: Target): Promise<void> {
  const top = topmost(bench.elements, ids);
  const problem = movingProblem(bench.elements, top, target.parent);
  if (problem !== null) {
    notify({ text: 'Not moved', detail: problem, kind: 'problem' });
    return;
  }
  if (target.parent !== null) treeOf(bench).expand([target.parent]);
  await perform(bench, moving(bench.elements, top, target), `Moved ${nameOf(bench, top)}`);
}

export async function step(bench: Bench, ids: readonly ElementId[], by: -1 | 1): Promise<void> {
  const stepped = stepping(bench.elements, ids, by);
  if (stepped !== null) await attempt(bench, stepped.intents);
}

export async function sort(bench: Bench, parent: ElementId | null): Promise<void> {
  const sorted = sorting(bench.elements, parent);
  const where = parent === null ? 'the collections' : nameOf(bench, [parent]);
  if (sorted.intents.length === 0) notify({ text: `In order already: ${where}` });
  else await perform(bench, sorted, `Sorted ${where} by name`);
}

export async function duplicate(bench: Bench, ids: readonly ElementId[]): Promise<void> {
  const made: Copies[] = [];
  const top = topmost(bench.elements, ids);
  for (const id of top) {
    const parent = bench.elements.summary(id)?.parent ?? null;
    const target = placeBehind(bench.elements, { id, parent });
    made.push(await copying({ from: bench.elements, to: bench.elements, ids: [id], target }));
  }
  const intents = made.flatMap((copies) => copies.intents);
  const roots = made.flatMap((copies) => copies.roots);
  choose(bench, roots);
  await perform(bench, { intents, undo: deleting(roots).intents }, `Duplicated ${nameOf(bench, top)}`);
  revealFirst(bench, roots);
}

export function copy(bench: Bench, ids: readonly ElementId[], isCut: boolean): void {
  const top = topmost(bench.elements, ids);
  clipboard.setState({ clip: { workspace: bench.workspace, ids: top, isCut } });
  notify({ text: `${isCut ? 'Cut' : 'Copied'} ${nameOf(bench, top)}`, detail: 'Paste where it shall stand.' });
}

/** How to undo a paste from another place; null where nothing was, or where it was a move. */
export type Undo = () => Promise<void>;

export async function paste(bench: Bench, at: ElementId | null): Promise<Undo | null> {
  const { clip } = clipboard.getState();
  if (clip === null) return null;
  const { workspace, ids, isCut } = clip;
  const { device } = bench;
  const summaries = ids.flatMap((id) => device.summary(id, workspace) ?? []).filter(({ trashed }) => !trashed);
  const target = placeNear(
    bench.elements,
    at,
    summaries.map(({ kind }) => kind),
  );
  if (summaries.length === 0 || target === null) {
    const detail =
      summaries.length === 0
        ? 'What was copied is not there any more.'
        : 'Choose where it can stand: examples stand below requests, requests in collections and folders.';
    notify({ text: 'Not pasted', detail, kind: 'problem' });
    return null;
  }
  const present = summaries.map(({ id }) => id);
  if (isCut && workspace === bench.workspace) {
    await move(bench, present, target);
    clipboard.setState({ clip: null });
    return null;
  }
  const from = {
    list: (parent: ElementId | null) => device.list(parent, workspace),
    read: (id: ElementId): Promise<ElementView | null> => device.read(id, workspace),
  };
  const { intents, roots } = await copying({ from, to: bench.elements, ids: present, target });
  if (target.parent !== null) treeOf(bench).expand([target.parent]);
  choose(bench, roots);
  // What could not be pasted stays where it was.
  if (!(await attempt(bench, intents))) return null;
  revealFirst(bench, roots);
  const cut = isCut ? await removeCut({ device, workspace }, present) : null;
  const undo = async (): Promise<void> => {
    // First the originals are there again: what fails on the way leaves two of it, never none.
    if (cut === null || (await attempt({ device, workspace }, cut.undo))) await attempt(bench, deleting(roots).intents);
  };
  const text = `Pasted ${roots.length === 1 ? 'one copy' : `${roots.length} copies`}`;
  notify({ text, action: { label: 'Undo', act: () => void undo() } });
  return undo;
}

/** Null, and said, where the originals could not be put into the trash. */
async function removeCut(
  { device, workspace }: { readonly device: Bench['device']; readonly workspace: WorkspaceId },
  ids: readonly ElementId[],
): Promise<Reversible | null> {
  const cut = deleting(ids);
  // A second paste of it would be a second copy.
  clipboard.setState({ clip: null });
  try {
    await device.change(cut.intents, workspace);
    return cut;
  } catch (error) {
    const detail = `${messageOf(error)} What was cut is still where it was: delete it there.`;
    notify({ text: 'Pasted, but not cut', detail, kind: 'problem' });
    return null;
  }
}

/** Makes it at once and asks for its name in place; a request opens in a tab and stands here once it is saved. */
export async function add(bench: Bench, kind: Kind, parent: ElementId | null): Promise<void> {
  const tree = treeOf(bench);
  if (parent !== null) tree.expand([parent]);
  if (kind === 'request') {
    newRequest(bench, parent);
    return;
  }
  const names = new Set(bench.elements.list(parent).map(({ name }) => name));
  let id: ElementId;
  try {
    id = await create(bench, kind, { parent, name: freeName(NEW_NAMES[kind] ?? 'New', names) });
  } catch (error) {
    notify({ text: 'Not made', detail: messageOf(error), kind: 'problem' });
    return;
  }
  tree.reveal(id);
  tree.select(id);
  if (kind === 'example') bench.tabs.openElement(id);
  else tree.rename(id);
}

const NEW_NAMES: Partial<Record<Kind, string>> = {
  collection: 'New collection',
  folder: 'New folder',
  example: 'New example',
};

export async function rename(bench: Bench, id: ElementId, name: string): Promise<void> {
  const view = await bench.elements.read(id);
  if (view === null) return;
  const before = contentOf(view);
  const after = editContent(view.kind, before, [{ op: 'text', path: 'name', text: name }], freshRows);
  const fields = differences(schemas(view.kind), before, after).map(({ group, after: value }) => ({ group, value }));
  if (fields.length > 0) await attempt(bench, [{ do: 'set', id, fields }]);
}

export function mayHold(parentKind: string, kind: Kind): boolean {
  return isKind(parentKind) && mayStand(kind, parentKind);
}

/** What is made is chosen before it is there, so that the next key is about it. */
function choose(bench: Bench, ids: readonly ElementId[]): void {
  const [first] = ids;
  if (first === undefined) return;
  const tree = treeOf(bench);
  tree.select(first);
  tree.selectTo(first, ids);
}

function revealFirst(bench: Bench, [first]: readonly ElementId[]): void {
  if (first !== undefined) treeOf(bench).reveal(first);
}

function nameOf(bench: Bench, ids: readonly ElementId[]): string {
  const [only] = ids;
  if (ids.length !== 1 || only === undefined) return `${ids.length} elements`;
  const name = bench.elements.summary(only)?.name ?? '';
  return name === '' ? 'one without a name' : `“${name}”`;
}
