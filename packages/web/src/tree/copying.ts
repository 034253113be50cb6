/** Copies of elements with all below them, as intents of one change. */
import type { ElementView, Intent } from '@waypost/client';
import { editContent, labelOf } from '@waypost/model';
import { type Content, type ElementId, orderKeys, type Placed, printJson } from '@waypost/protocol';
import { contentOf } from '../desk/draft.ts';
import { freshRows, newElementId } from '../desk/new-id.ts';
import type { Standing, Target } from './structure.ts';

export interface CopySource {
  readonly list: Standing['list'];
  read(id: ElementId): Promise<ElementView | null>;
}

export interface Copies {
  readonly intents: readonly Intent[];
  /** The copies of what was asked for, without what is below them. */
  readonly roots: readonly ElementId[];
}

export interface CopyOptions {
  readonly from: CopySource;
  /** Where the copies come to stand: the siblings there. */
  readonly to: Pick<Standing, 'list'>;
  readonly ids: readonly ElementId[];
  readonly target: Target;
}

/** Reads what is copied, in the order of the tree, and says what makes the copies. What has gone meanwhile is left out. */
export async function copying({ from, to, ids, target }: CopyOptions): Promise<Copies> {
  const siblings = to.list(target.parent);
  const names = new Set(siblings.map(({ name }) => name));
  const found = siblings.findIndex(({ id }) => id === target.before);
  const at = target.before === null || found < 0 ? siblings.length : found;
  const views: ElementView[] = [];
  for (const id of ids) {
    const view = await from.read(id);
    if (view !== null) views.push(view);
  }
  const roots = views.map(() => newElementId());
  const keys = orderKeys(
    [...siblings.slice(0, at), ...roots.map((id): Placed => ({ id, order: null })), ...siblings.slice(at)],
    () => Math.random(),
  );
  const intents: Intent[] = siblings.flatMap((sibling, place): Intent[] => {
    const order = keys[place < at ? place : place + roots.length] as string;
    return order === sibling.order ? [] : [{ do: 'move', id: sibling.id, parent: target.parent, order }];
  });
  for (const [index, view] of views.entries()) {
    const name = freeName(labelOf(view.kind, contentOf(view).data).name, names);
    names.add(name);
    const id = roots[index] as ElementId;
    intents.push(creation(renamed(view, name), { id, parent: target.parent, order: keys[at + index] as string }));
    await copyBelow(intents, { from, parent: view.id, copy: id });
  }
  return { intents, roots };
}

async function copyBelow(
  intents: Intent[],
  { from, parent, copy }: { readonly from: CopySource; readonly parent: ElementId; readonly copy: ElementId },
): Promise<void> {
  for (const child of from.list(parent)) {
    const view = await from.read(child.id);
    if (view === null) continue;
    const id = newElementId();
    intents.push(creation(view, { id, parent: copy, order: view.order }));
    await copyBelow(intents, { from, parent: child.id, copy: id });
  }
}

function creation(
  view: Pick<ElementView, 'kind' | 'schema' | 'data' | 'rows' | 'origin'>,
  place: { readonly id: ElementId; readonly parent: ElementId | null; readonly order: string },
): Intent {
  const { kind, schema, data, rows, origin } = view;
  return { do: 'create', kind, schema, data, rows, origin, ...place };
}

/** Another name, and without the ids that other products know the original by. */
function renamed(view: ElementView, name: string): ElementView {
  const ids =
    view.kind === 'collection' ? ['info._postman_id', 'info._exporter_id', 'info._collection_link'] : ['_postman_id'];
  const content: Content = editContent(
    view.kind,
    contentOf(view),
    [{ op: 'text', path: 'name', text: name }, ...ids.map((path) => ({ op: 'unset', path }) as const)],
    freshRows,
  );
  return { ...view, data: printJson(content.data), rows: content.rows };
}

/** The name itself where nobody there has it; else with "copy" and, if need be, a number behind it. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const plain = name.replace(/ copy(?: \d+)?$/, '');
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? `${plain} copy` : `${plain} copy ${number}`;
    if (!taken.has(tried)) return tried;
  }
}
