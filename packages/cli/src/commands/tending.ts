/** `waypost check` and `trash empty`. */
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../failure.ts';
import { shortId } from '../finding.ts';
import { count } from '../output/relative-time.ts';
import { accountOf, type Session, withSession } from '../session.ts';
import { exitOf, settle, settledText } from '../settle.ts';
import { synchronise } from '../synchronise.ts';
import { type EditOptions } from './editing.ts';
import { notSynced } from './syncing.ts';

export async function check(context: Context, { repair }: { readonly repair?: boolean }): Promise<ExitCode> {
  return withSession(context, async (session) => {
    accountOf(session.home);
    const { isComplete, status } = await synchronise(context, session, { timeoutMs: context.flags.timeoutMs });
    // Sync that stopped because the copy differs is what a repair is for.
    if (!isComplete && status.error?.code !== 'sum-mismatch') throw notSynced(status);
    const { equal, differing, repaired } = await compare(context, session, repair === true);
    const { output } = context;
    output.result({ equal, differing, repaired }, () => {
      if (equal) return output.line(output.paint('green', 'This copy is the same as the server’s, to the byte.'));
      output.line(
        output.paint(
          'yellow',
          `${count(differing.length, 'element')} differed from the server: ${differing.slice(0, 10).map(shortId).join(', ')}${differing.length > 10 ? ', …' : ''}`,
        ),
      );
      return output.line(
        repaired ? 'They were fetched anew.' : '`waypost check --repair` fetches them anew. What waits here stays.',
      );
    });
    return EXIT.done;
  });
}

async function compare(
  { output }: Context,
  { device }: Session,
  repair: boolean,
): Promise<{ readonly equal: boolean; readonly differing: readonly string[]; readonly repaired: boolean }> {
  const progress = output.progress();
  progress.say('Waiting for the server');
  const told = (done: number, total: number): void => progress.report('Comparing', done, total);
  const differing: (readonly string[])[] = [];
  let repaired = false;
  try {
    for (const { id } of device.workspaces()) {
      const result = await device.check({ repair, progress: told }, id);
      differing.push(result.differing);
      repaired ||= result.repaired;
    }
  } finally {
    progress.end();
  }
  const all = differing.flat();
  return { equal: all.length === 0, differing: all, repaired };
}

export async function emptyTrash(context: Context, options: EditOptions): Promise<ExitCode> {
  return withSession(context, async (session) => {
    const { device } = session;
    const workspace = device.current() ?? undefined;
    const roots = workspace === undefined ? [] : device.trash(workspace);
    const { output } = context;
    if (workspace === undefined || roots.length === 0) {
      output.result({ emptied: 0, outcome: 'noop', code: null, revision: null, pending: device.status().pending }, () =>
        output.line('The trash is empty.'),
      );
      return EXIT.done;
    }
    const receipt = await device.change(
      roots.map(({ id }) => ({ do: 'purge', id })),
      workspace,
    );
    const settled = await settle(context, session, receipt, options);
    output.result({ emptied: roots.length, ...settled }, () => {
      output.line(`${count(roots.length, 'element')} deleted for good. ${settledText(context, session, settled)}`);
    });
    return exitOf(settled.outcome);
  });
}
