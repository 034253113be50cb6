/** `waypost status`: where sync stands, and what the server says when asked once. Nothing is sent or fetched. */
import type { DeviceStatus } from '@waypost/client';
import { AccountClient, type HomeAccount } from '@waypost/client/node';
import { WaypostError } from '@waypost/protocol';
import { addressOf, type Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { shortId } from '../finding.ts';
import type { Colour } from '../output/colour.ts';
import { count, relativeTime } from '../output/relative-time.ts';
import { nameText } from '../output/text.ts';
import { type Session, withSession } from '../session.ts';
import { SYNC_OFF } from '../status-text.ts';

const PROBE_MS = 3_000;

interface Shown {
  readonly state: DeviceStatus['state'];
  readonly phase: DeviceStatus['phase'];
  readonly detail: string;
}

export async function status(context: Context): Promise<ExitCode> {
  return withSession(context, async (session) => {
    const now = session.account === null ? SIGNED_OUT : await probed(context, session, session.account);
    show(context, session, now);
    return EXIT.done;
  });
}

const SIGNED_OUT: Shown = { state: 'offline', phase: 'signed-out', detail: SYNC_OFF };

async function probed(context: Context, { device }: Session, account: HomeAccount): Promise<Shown> {
  const reason = await unreachable(context, account);
  const { pending, error, lastSyncedAt } = device.status();
  if (reason !== null) return { state: 'offline', phase: 'waiting', detail: reason };
  if (error !== null) return { state: 'error', phase: 'failed', detail: error.message };
  if (pending > 0)
    return {
      state: 'online',
      phase: 'syncing',
      detail: `${count(pending, 'change')} not sent yet: \`waypost sync\` sends ${pending === 1 ? 'it' : 'them'}.`,
    };
  const asOf =
    lastSyncedAt === null
      ? 'Nothing was synced on this device yet: `waypost sync`.'
      : `Everything saved here is on the server; last synced ${relativeTime(lastSyncedAt, Date.now())}.`;
  return { state: 'online', phase: 'synced', detail: asOf };
}

/** Why the server cannot be reached; null where it answers. Throws `signed-out`. */
async function unreachable(context: Context, { server, token }: HomeAccount): Promise<string | null> {
  const client = new AccountClient({ ...addressOf(context, server), connectTimeoutMs: PROBE_MS }, token);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`${server} did not answer within 3 seconds.`), PROBE_MS);
  });
  try {
    const reason = await Promise.race([client.account().then(() => null, why), late]);
    return reason === null ? null : `The server cannot be reached. ${reason}`;
  } finally {
    clearTimeout(timer);
    client.close();
  }
}

/** The sentence of an error that says the server is away; others are for the person to see as they are. */
function why(error: unknown): string {
  if (error instanceof WaypostError && error.retry) return error.message;
  throw error;
}

const COLOURS: Readonly<Record<Shown['state'], Colour>> = { offline: 'yellow', online: 'green', error: 'red' };
const WORDS: Readonly<Record<DeviceStatus['phase'], string>> = {
  'signed-out': 'Sync off',
  connecting: 'Offline: connecting',
  waiting: 'Offline',
  syncing: 'Online: changes wait',
  synced: 'Online: synced',
  failed: 'Error',
};

function show(context: Context, { device, account }: Session, { state, phase, detail }: Shown): void {
  const { output } = context;
  const { pending, conflicts, lastSyncedAt, workspaces } = device.status();
  const waits = account === null ? 0 : pending;
  const refused = workspaces.reduce((sum, { id }) => sum + device.refused(id).length, 0);
  const list = workspaces.map((workspace) => {
    const own = workspace.pending > 0 && phase === 'synced' ? 'syncing' : phase;
    return {
      id: workspace.id,
      name: workspace.name,
      state,
      phase: own,
      pending: account === null ? 0 : workspace.pending,
      conflicts: workspace.conflicts,
    };
  });
  const json = {
    ...{
      state,
      phase,
      detail,
      server: account?.server ?? null,
      device: account?.device ?? null,
      account: account?.account ?? null,
    },
    ...{ pending: waits, conflicts, refused, lastSyncedAt, workspaces: list },
  };
  output.result(json, () => {
    output.line(`${output.paint(COLOURS[state], '●')} ${output.paint('bold', WORDS[phase])}`);
    if (account === null) {
      output.line('  Work stays on this device: `waypost signup` or `waypost login` signs in to a server.');
      return;
    }
    output.line(`  ${detail}${detail.endsWith('.') ? '' : '.'}`);
    const current = device.current();
    output.line();
    output.table(
      [],
      [
        ['account', account.account.email],
        ['device', `${nameText(account.device.name)} ${output.paint('dim', shortId(account.device.id))}`],
        ['server', account.server],
        ['waiting', pending === 0 ? 'nothing' : output.paint('yellow', count(pending, 'change'))],
        ...(refused === 0 ? [] : [['refused', output.paint('red', `${refused}: \`waypost conflicts\``)]]),
        ['conflicts', conflicts === 0 ? 'none' : output.paint('yellow', `${conflicts}: \`waypost conflicts\``)],
        ...list.map(({ id, name, pending: own }) => [
          'workspace',
          `${nameText(name)}${id === current ? ' (in use)' : ''}${own === 0 ? '' : `, ${count(own, 'change')} waiting`}`,
        ]),
      ],
    );
  });
}
