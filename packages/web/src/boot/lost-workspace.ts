/** A workspace that left this device while it was in front: another one takes its place, and its person is told. */
import { notify } from '../design/notice.tsx';
import { messageOf } from '../design/words.ts';
import type { Desk } from '../desk/desk.ts';

export function replaceLostWorkspace(desk: Desk): void {
  const { device } = desk;
  let names = namesIn(desk);
  device.subscribe(({ event }) => {
    if (event !== 'status') return;
    const { workspace } = desk.bench.getState().bench;
    const before = names;
    names = namesIn(desk);
    const next = device.current();
    if (names.has(workspace) || !before.has(workspace) || next === null) return;
    notify({
      text: `“${before.get(workspace)}” is gone from this device`,
      detail: 'It was deleted, or you are no longer in its team.',
    });
    desk.use(next).catch((error: unknown) => notify({ text: 'Not opened', detail: messageOf(error), kind: 'problem' }));
  });
}

function namesIn({ device }: Desk): ReadonlyMap<string, string> {
  return new Map(device.workspaces().map(({ id, name }) => [id, name]));
}
