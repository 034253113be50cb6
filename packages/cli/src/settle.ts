/** From a change that is saved to what became of it: sends it, and waits a little for the server. */
import type { ChangeReceipt, SettledChange } from '@waypost/client';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './failure.ts';
import type { Session } from './session.ts';

/** Where no server answers for so long, a one-shot command does not go on waiting: the change is saved, and sent later. */
const UNREACHABLE_MS = 1_500;

export type OutcomeWord = 'pending' | SettledChange['outcome']['kind'];

export interface Settled {
  readonly outcome: OutcomeWord;
  /** Why a change was rejected. */
  readonly code: string | null;
  readonly revision: number | null;
  /** Changes of this device that wait, this one among them or not. */
  readonly pending: number;
}

export async function settle(
  context: Context,
  session: Session,
  receipt: ChangeReceipt,
  { offline }: { readonly offline?: boolean },
): Promise<Settled> {
  const settled = offline === true || session.account === null ? null : await waitFor(context, session, receipt);
  const { pending } = session.device.status();
  if (settled === null) return { outcome: 'pending', code: null, revision: null, pending };
  const { outcome, revision } = settled;
  return { outcome: outcome.kind, code: outcome.kind === 'rejected' ? outcome.code : null, revision, pending };
}

async function waitFor(
  { output, flags }: Context,
  session: Session,
  receipt: ChangeReceipt,
): Promise<SettledChange | null> {
  const { device } = session;
  const total = device.status().pending;
  const progress = output.progress();
  progress.say('Waiting for the server');
  const stop = device.subscribe(({ event }) => {
    if (event === 'settled') progress.report('Sending', Math.max(0, total - device.status().pending), total, 'change');
  });
  session.connect();
  const unreachable = untilUnreachable(session, UNREACHABLE_MS);
  try {
    return await Promise.race([device.outcome(receipt, flags.timeoutMs), unreachable.promise.then(() => null)]);
  } finally {
    unreachable.cancel();
    stop();
    progress.end();
  }
}

/** Resolves once this process leads and has found no server, or one that cannot take anything, for so long. */
export function untilUnreachable(
  { device, isLeading }: Session,
  forMs: number,
): { readonly promise: Promise<void>; cancel(): void } {
  let since: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<void>((resolve) => {
    const look = (): void => {
      const { state, phase, obstacle } = device.status();
      const isStuck = state === 'offline' || phase === 'failed' || obstacle !== null;
      const isAway = isLeading() === true && isStuck && phase !== 'connecting';
      if (!isAway && phase !== 'connecting') since = null;
      if (isAway) since ??= performance.now();
      if (since !== null && performance.now() - since >= forMs) resolve();
      else timer = setTimeout(look, 50);
    };
    look();
  });
  return { promise, cancel: () => clearTimeout(timer) };
}

export function exitOf(outcome: OutcomeWord): ExitCode {
  return outcome === 'conflict' || outcome === 'rejected' ? EXIT.unmerged : EXIT.done;
}

/** In words, after what was done: "Renamed. …". */
export function settledText({ output }: Context, session: Session, { outcome, code, pending }: Settled): string {
  const { paint } = output;
  switch (outcome) {
    case 'applied':
      return paint('green', 'Synced.');
    case 'merged':
      return paint('green', 'Synced, merged with what others wrote meanwhile.');
    case 'noop':
      return paint('dim', 'Nothing to do: it is so already.');
    case 'conflict':
      return paint(
        'yellow',
        'Saved, but someone changed the same on another device: `waypost conflicts` shows both versions.',
      );
    case 'rejected':
      return paint(
        'red',
        `Saved here, but the server refused it (${code}): ${REASONS[code ?? ''] ?? 'see docs/user/command-line.md.'}`,
      );
    case 'pending':
      if (session.account === null) return paint('dim', 'Saved on this device.');
      return paint(
        'yellow',
        `Saved on this device; ${pending === 1 ? 'it waits' : `${pending} changes wait`} for the server.${obstacleText(session)}`,
      );
  }
}

function obstacleText({ device }: Session): string {
  const { obstacle } = device.status();
  return obstacle === null ? '' : ` ${obstacle.message}`;
}

/** Why the server refuses a change, in words. */
export const REASONS: Readonly<Record<string, string>> = {
  cycle: 'it would put a folder into itself, or folders into each other too deep.',
  'no-parent': 'the folder it goes to was deleted.',
  'read-only': 'your role in this workspace is viewer.',
  forbidden: 'your role does not allow it.',
  invalid: 'it does not fit its kind.',
  depends: 'it builds on a change that was refused.',
  'too-large': 'the element is larger than 8 MB.',
  quota: 'the workspace is full.',
  'schema-too-new': 'the server is older than this Waypost.',
};
