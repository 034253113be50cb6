/** What helps somebody else to see why sync does what it does: states, numbers and the log; no content, no token, no address of a person. */
import type { Desk } from '../desk/desk.ts';
import { copyText } from '../design/copy-text.ts';
import { notify } from '../design/notice.tsx';
import { allLines, type SyncLine } from './sync-log.ts';
import { syncWatchOf } from './sync-watch.ts';

const LINES_MAX = 60;

export async function copyDiagnostics(desk: Desk): Promise<void> {
  const lines = await allLines(desk.device, syncWatchOf(desk).log.lines.getState());
  if (await copyText(diagnosticsText(desk, lines)))
    notify({ text: 'Diagnostics copied', detail: 'States, numbers and the sync log. No content and no secrets.' });
}

/** Names of elements and workspaces say what a person works on: they are replaced by what they are. */
export function diagnosticsText(
  { seat, device }: Pick<Desk, 'seat' | 'device'>,
  lines: readonly SyncLine[],
  now: number = Date.now(),
): string {
  const status = device.status();
  const told = {
    at: new Date(now).toISOString(),
    app: navigator.userAgent,
    server: seat.server,
    device: seat.account === null ? null : seat.me.device,
    ...{ state: status.state, phase: status.phase, detail: status.detail, transport: status.transport },
    ...{ error: status.error, obstacle: status.obstacle, pending: status.pending, conflicts: status.conflicts },
    lastSyncedAt: status.lastSyncedAt === null ? null : new Date(status.lastSyncedAt).toISOString(),
    workspaces: status.workspaces.map(({ id, phase, pending, conflicts }) => ({ id, phase, pending, conflicts })),
    refused: device.workspaces().flatMap(({ id }) => device.refused(id).map(({ code, at }) => ({ code, at }))),
    log: lines.slice(0, LINES_MAX).map(({ at, message }) => `${new Date(at).toISOString()} ${message}`),
  };
  const text = JSON.stringify(told, null, 2);
  return status.workspaces.reduce(
    (said, { id, name }) => (name === '' ? said : said.replaceAll(JSON.stringify(name).slice(1, -1), id)),
    text,
  );
}
