/** Puts an earlier version of an element back, as a change of its own, with an undo. */
import type { ElementView } from '@waypost/client';
import { type Asking, readVersionValues, schemas, type Version, withValues } from '@waypost/model';
import { differences } from '@waypost/protocol';
import { notify } from '../design/notice.tsx';
import type { Bench } from '../desk/bench.ts';
import { contentOf } from '../desk/draft.ts';
import { messageOf } from '../design/words.ts';

/** False where there was nothing to do. Throws what the server and the disk say. */
export async function putBack(bench: Bench, view: ElementView, version: Version, ask: Asking): Promise<boolean> {
  const { device, workspace } = bench;
  const { id, kind } = view;
  const before = contentOf(view);
  const after = withValues(kind, before, await readVersionValues(ask, { workspace, id }, version));
  const changed = differences(schemas(kind), before, after);
  if (changed.length === 0) {
    notify({ text: 'It stands like that already' });
    return false;
  }
  const fields = changed.map(({ group, before: value, after: now }) => ({
    ...{ group, value: now },
    base: { value, revision: (view.stamps[group] ?? view.created).revision, epoch: view.epoch },
  }));
  await device.change([{ do: 'set', id, fields }], workspace);
  const undo = changed.map(({ group, before: value }) => ({ group, value }));
  const act = (): void =>
    void device
      .change([{ do: 'set', id, fields: undo }], workspace)
      .catch((error: unknown) => notify({ text: 'Not undone', detail: messageOf(error), kind: 'problem' }));
  notify({ text: 'Put back', action: { label: 'Undo', act } });
  return true;
}
