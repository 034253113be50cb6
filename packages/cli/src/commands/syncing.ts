/** `waypost sync` and `sync --watch`. */
import type { DeviceEvent, DeviceStatus } from '@waypost/client';
import { pathsOf } from '@waypost/model';
import { ERRORS, WaypostError } from '@waypost/protocol';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { contentOf } from '../fields.ts';
import { shortId } from '../finding.ts';
import { byOf, byText } from '../naming.ts';
import { nameText, oneLine, quoted } from '../output/text.ts';
import { count } from '../output/relative-time.ts';
import { refusalOf, showRefusals } from '../refused.ts';
import { accountOf, type Session, withSession } from '../session.ts';
import { statusSentence } from '../status-text.ts';
import { synchronise, type Synchronised } from '../synchronise.ts';

export async function sync(context: Context, { watch }: { readonly watch?: boolean }): Promise<ExitCode> {
  return withSession(context, async (session) => {
    accountOf(session.home);
    if (watch === true) return follow(context, session);
    const synced = await synchronise(context, session, { timeoutMs: context.flags.timeoutMs });
    const { status } = synced;
    if (!synced.isComplete) throw notSynced(status);
    const { pushed, pulled } = synced;
    const { pending, conflicts, transport } = status;
    const rejected = synced.rejected.map(refusalOf);
    const restored = synced.restored === null ? {} : { restored: synced.restored };
    context.output.result({ pushed, pulled, pending, conflicts, rejected, transport, ...restored }, () =>
      say(context, session, synced),
    );
    return EXIT.done;
  });
}

/** Why a sync did not come to its end. */
export function notSynced({ error, obstacle, detail, phase, pending }: DeviceStatus): WaypostError {
  if (error !== null) return new WaypostError(error.code, error.message);
  const waiting = pending === 0 ? '' : ` ${count(pending, 'change')} ${pending === 1 ? 'waits' : 'wait'} here.`;
  if (obstacle !== null) return new WaypostError(obstacle.code, `${obstacle.message}${waiting}`);
  if (phase === 'syncing')
    return new WaypostError(
      'offline',
      `The server did not settle everything in time: \`waypost sync --timeout 60\` waits longer.${waiting}`,
    );
  return new WaypostError('offline', `${detail === '' ? ERRORS.offline.advice : detail}${waiting}`);
}

function say(context: Context, session: Session, { pushed, pulled, status, rejected, restored }: Synchronised): void {
  const { output } = context;
  const moved = [
    pushed > 0 ? `${count(pushed, 'change')} sent` : '',
    pulled > 0 ? `${count(pulled, 'element')} received` : '',
  ].filter((part) => part !== '');
  output.line(
    output.paint('green', moved.length === 0 ? 'Synced: nothing new on either side.' : `Synced: ${moved.join(', ')}.`),
  );
  if (restored !== null) output.line(output.paint('yellow', restoredText(restored)));
  showRefusals(context, session, rejected);
  if (rejected.length > 0) output.line(output.paint('dim', 'It is kept here: `waypost conflicts` shows it again.'));
  if (status.conflicts > 0)
    output.line(output.paint('yellow', `${count(status.conflicts, 'conflict')} to decide: \`waypost conflicts\`.`));
}

/** `where`: the one workspace that is meant. */
function restoredText(
  { resent, deletedHere }: { readonly resent: readonly string[]; readonly deletedHere: readonly string[] },
  where = '',
): string {
  const said = 'The server was restored from a backup.';
  if (resent.length + deletedHere.length === 0) return `${said} Nothing that was here${where} had been lost.`;
  const back =
    deletedHere.length === 0
      ? ''
      : ` ${count(deletedHere.length, 'element')} deleted after that ${deletedHere.length === 1 ? 'is' : 'are'} back.`;
  return `${said} ${count(resent.length, 'element')}${where} that it had lost ${resent.length === 1 ? 'was' : 'were'} sent again from here.${back}`;
}

/** Prints what happens until it is ended from outside. */
async function follow(context: Context, session: Session): Promise<ExitCode> {
  const { device } = session;
  const printer = new Printer(context, session);
  // Before it is known who leads, the device only repeats what an earlier process said of its connection.
  const stop = device.subscribe((event) => {
    if (event.event !== 'status' || session.isLeading() !== null) printer.take(event);
  });
  session.connect();
  await untilKnown(session, context.interrupted);
  printer.take({ event: 'status', status: device.status() });
  if (!context.interrupted.aborted) {
    await new Promise<void>((resolve) =>
      context.interrupted.addEventListener('abort', () => resolve(), { once: true }),
    );
  }
  stop();
  await printer.printed;
  return EXIT.done;
}

async function untilKnown({ isLeading }: Session, interrupted: AbortSignal): Promise<void> {
  while (isLeading() === null && !interrupted.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** One event a line, in the order in which they happened. */
class Printer {
  readonly #context: Context;
  readonly #session: Session;
  #statusText = '';
  #wasOffline = false;
  /** Reading an element takes a moment; what comes after it waits its turn. */
  printed: Promise<void> = Promise.resolve();

  constructor(context: Context, session: Session) {
    this.#context = context;
    this.#session = session;
  }

  take(event: DeviceEvent): void {
    this.printed = this.printed.then(() => this.#print(event)).catch(() => undefined);
  }

  async #print(event: DeviceEvent): Promise<void> {
    switch (event.event) {
      case 'created':
      case 'changed':
      case 'moved':
      case 'deleted':
      case 'restored':
        return this.#element(event);
      case 'conflict':
        return this.#conflict(event);
      case 'status':
        return this.#status(event.status);
      case 'restored-server': {
        const restored = { resent: event.resent, deletedHere: event.deletedHere };
        const { state, phase, workspaces } = this.#session.device.status();
        const name = workspaces.find(({ id }) => id === event.workspace)?.name ?? '';
        const detail = restoredText(restored, ` in ${quoted(name)}`);
        return this.#line(
          { event: 'status', state, phase, detail, restored, at: Date.now() },
          this.#context.output.paint('yellow', detail),
        );
      }
      case 'filled': {
        const { state, phase } = this.#session.device.status();
        const detail = `${count(event.elements, 'element')} received at once.`;
        return this.#line({ event: 'status', state, phase, detail, received: event.elements, at: Date.now() }, detail);
      }
      case 'settled':
      case 'progress':
      case 'shown':
      case 'signed-out':
        return undefined;
    }
  }

  async #element(
    event: Extract<DeviceEvent, { event: 'changed' | 'created' | 'moved' | 'deleted' | 'restored' }>,
  ): Promise<void> {
    const { id, kind, name, revision, at, workspace } = event;
    const isChange = event.event === 'changed';
    const view =
      isChange && event.groups.some((group) => group.includes('#'))
        ? await this.#session.device.read(id, workspace)
        : null;
    const fields = isChange ? pathsOf(kind, event.groups, view === null ? null : contentOf(view)) : [];
    const by = byOf(this.#session, event.by);
    const { paint } = this.#context.output;
    const text = `${event.event.padEnd(8)} ${kind} ${paint('bold', nameText(name))} ${paint('dim', shortId(id))}${fields.length === 0 ? '' : `  ${oneLine(fields.join(', '))}`}  ${paint('dim', `by ${byText(this.#session, by)}`)}`;
    this.#line({ event: event.event, id, kind, name, fields, revision, by, at }, text);
  }

  async #conflict({ conflict, open, workspace }: Extract<DeviceEvent, { event: 'conflict' }>): Promise<void> {
    const { device } = this.#session;
    const summary = device.summary(conflict.element, workspace);
    const { kind, name } = summary ?? { kind: '', name: '' };
    const view = await device.read(conflict.element, workspace);
    const fields = pathsOf(
      kind,
      conflict.fields.map(({ group }) => group),
      view === null ? null : contentOf(view),
    );
    const by = byOf(this.#session, conflict.theirs);
    const { revision, at } = conflict;
    const { paint } = this.#context.output;
    const text = open
      ? paint(
          'yellow',
          `conflict ${kind} ${nameText(name)} with ${byText(this.#session, by)}: ${oneLine(fields.join(', '))}`,
        )
      : paint('green', `decided  ${kind} ${nameText(name)}`);
    this.#line(
      { event: 'conflict', id: conflict.element, kind, name, fields, revision, by, at, conflict: conflict.id, open },
      text,
    );
  }

  #status(status: DeviceStatus): void {
    const { state, phase, detail, pending, conflicts, transport } = status;
    const text = statusSentence(status);
    // While nobody answers, every attempt would say the same again.
    const isRetry = phase === 'connecting' && this.#wasOffline;
    if (this.#context.output.isJson || (text !== this.#statusText && !isRetry)) {
      this.#line(
        { event: 'status', state, phase, detail, pending, conflicts, transport, at: Date.now() },
        this.#context.output.paint('dim', text),
      );
    }
    if (isRetry) return;
    this.#wasOffline = state === 'offline' && phase === 'waiting';
    this.#statusText = text;
  }

  #line(json: Readonly<Record<string, unknown>>, text: string): void {
    const { output } = this.#context;
    output.result(json, () => output.line(text));
  }
}
