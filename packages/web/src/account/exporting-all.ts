/** Everything of an account in one file, before it leaves this browser: what import reads, and beside it what only this device has. */
import type { Device } from '@waypost/client';
import { exportAll } from '@waypost/model';
import { saveJsonFile } from '../design/save-file.ts';
import { readTree } from '../import/exporting.ts';

export async function exportAccount(device: Device): Promise<void> {
  const elements: Awaited<ReturnType<typeof readTree>> = [];
  const onlyHere: { refused: unknown[]; local: unknown[]; conflicts: unknown[] } = {
    ...{ refused: [], local: [], conflicts: [] },
  };
  for (const { id: workspace } of device.workspaces()) {
    for (const { id } of device.list(null, workspace))
      for (const view of await readTree(device, workspace, id)) elements.push(view);
    for (const { code, writes, at } of device.refused(workspace))
      onlyHere.refused.push({ code, at, writes: JSON.parse(writes) as unknown });
    for (const record of await device.local.all(workspace))
      if (!record.key.startsWith('window/')) onlyHere.local.push(record);
    for (const conflict of await device.conflicts(workspace)) onlyHere.conflicts.push(conflict);
  }
  const isAny = Object.values(onlyHere).some((list) => list.length > 0);
  const day = new Date().toISOString().slice(0, 10);
  const dump = exportAll(elements);
  saveJsonFile(`waypost-${day}.json`, isAny ? withMember(dump, 'onlyOnThisDevice', onlyHere) : dump);
}

/** The dump with one more member, which import passes over. */
export function withMember(dump: string, name: string, value: unknown): string {
  const end = dump.lastIndexOf('}');
  const text = JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
  return `${dump.slice(0, end).trimEnd()},\n  ${JSON.stringify(name)}: ${text}\n}\n`;
}
