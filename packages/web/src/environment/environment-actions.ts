/** What is done with whole environments. */
import { readPath } from '@waypost/model';
import { type Content, type ElementId, stringOf } from '@waypost/protocol';
import { notify } from '../design/notice.tsx';
import type { Bench } from '../desk/bench.ts';
import { contentOf } from '../desk/draft.ts';
import { create } from '../frame/actions.ts';

export async function newEnvironment(bench: Bench): Promise<void> {
  const id = await create(bench, 'environment', { parent: null, name: 'New environment' });
  bench.tabs.openElement(id);
  if (bench.variables.environment === null) await bench.variables.chooseEnvironment(id);
}

/** With the values that only this device has. */
export async function duplicateEnvironment(bench: Bench, id: ElementId): Promise<void> {
  const view = await bench.elements.read(id);
  if (view === null) return;
  const content = contentOf(view);
  const name = stringOf(readPath(view.kind, content, 'name')) ?? '';
  const copy = bench.drafts.begin('environment', { parent: null, name, content: renamed(content, `${name} copy`) });
  await bench.drafts.save(copy, { place: null });
  for (const [key, value] of bench.variables.localOf(id)) await bench.variables.setLocal(copy, key, value);
  bench.tabs.openElement(copy);
}

function renamed({ data, rows }: Content, name: string): Content {
  if (data.kind !== 'object') return { data, rows };
  const members = data.members
    // The id that it had where it was exported from is that of one environment.
    .filter(({ key }) => key !== 'id')
    .map((member) =>
      member.key === 'name' ? { ...member, value: { kind: 'scalar', source: JSON.stringify(name) } as const } : member,
    );
  return { data: { kind: 'object', members }, rows };
}

export async function renameEnvironment(bench: Bench, id: ElementId, name: string): Promise<void> {
  await bench.device.change(
    [{ do: 'set', id, fields: [{ group: 'name', value: JSON.stringify(name) }] }],
    bench.workspace,
  );
}

export async function deleteEnvironment(bench: Bench, id: ElementId): Promise<void> {
  const name = bench.elements.summary(id)?.name ?? '';
  await bench.device.change([{ do: 'delete', id }], bench.workspace);
  if (!bench.drafts.dirty.has(id)) bench.tabs.close(id);
  notify({
    text: `“${name}” is in the trash`,
    action: { label: 'Undo', act: () => void bench.device.change([{ do: 'restore', id }], bench.workspace) },
  });
}

/** The globals of the workspace; made when they are opened for the first time. */
export async function openGlobals(bench: Bench): Promise<void> {
  const present = bench.elements.list(null).find(({ kind, trashed }) => kind === 'globals' && !trashed);
  bench.tabs.openElement(present?.id ?? (await create(bench, 'globals', { parent: null, name: 'Globals' })));
}
