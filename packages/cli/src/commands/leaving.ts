/** `waypost logout` and `account delete`: the account's data leaves this device, and nothing is lost without being asked for. */
import {
  AccountClient,
  CHOICES,
  type ErasureReport,
  eraseAccount,
  type Fate,
  type HomeAccount,
  type WorkCount,
} from '@waypost/client/node';
import { WaypostError } from '@waypost/protocol';
import { askingPassword, withAccount } from '../asking-server.ts';
import { addressOf, type Context } from '../context.ts';
import { dumpOf, onlyHere, withMember } from '../everything.ts';
import { EXIT, type ExitCode, usageError } from '../failure.ts';
import { newTextFile } from '../files.ts';
import { count } from '../output/relative-time.ts';
import { accountOf, erasingWhenSignedOut, openHome, withSession } from '../session.ts';
import { synchronise } from '../synchronise.ts';
import { quoted } from '../output/text.ts';

const NAMED_MAX = 3;

export interface LogoutOptions {
  readonly export?: string;
  readonly seal?: boolean;
  readonly discard?: boolean;
}

export async function logout(context: Context, options: LogoutOptions): Promise<ExitCode> {
  const fate = readFate(context, options);
  const home = await openHome(context);
  const account = home.current();
  if (account === null) {
    context.output.result({ signedOut: true, exported: 0, sealed: 0, discarded: 0 }, () =>
      context.output.line('Nobody is signed in here.'),
    );
    return EXIT.done;
  }
  // What is to be discarded is not sent first.
  if (options.discard !== true) await sendWhatWaits(context);
  const report = await erase(context, account, fate);
  const isTold = await tellServer(context, account);
  const [exported, sealed, discarded] = [number(report.exported), number(report.sealed), number(report.discarded)];
  context.output.result({ signedOut: true, exported, sealed, discarded }, () => {
    const { output } = context;
    output.line(`Signed out. Nothing of ${account.account.email} is left on this device.`);
    if (options.export !== undefined) output.line(`Everything that was here is in ${options.export}.`);
    if (sealed > 0)
      output.line(
        `${count(sealed, 'change')} ${sealed === 1 ? 'is' : 'are'} sealed here until ${account.account.email} signs in again.`,
      );
    if (discarded > 0) output.line(`${count(discarded, 'change')} ${discarded === 1 ? 'was' : 'were'} discarded.`);
  });
  if (!isTold)
    context.output.note(
      `The server could not be told: ${quoted(account.device.name)} stays on the list of devices until you sign in here again, or sign it out from another one.`,
    );
  return EXIT.done;
}

export function readFate(context: Context, options: LogoutOptions): Fate {
  const { export: file, seal, discard } = options;
  if ([file !== undefined, seal === true, discard === true].filter(Boolean).length > 1) {
    throw usageError('Choose one of --export FILE, --seal and --discard.');
  }
  if (file !== undefined) return { kind: 'export', write: () => exportTo(context, file) };
  if (seal === true) return { kind: 'seal' };
  return discard === true ? { kind: 'discard' } : { kind: 'none' };
}

async function sendWhatWaits(context: Context): Promise<void> {
  await withSession(context, async (session) => {
    if (session.device.status().pending === 0) return;
    await synchronise(context, session, { timeoutMs: context.flags.timeoutMs });
  });
}

async function exportTo(context: Context, file: string): Promise<void> {
  await withSession(context, async (session) => {
    const target = await newTextFile(file);
    const progress = context.output.progress();
    try {
      const { text } = await dumpOf(session, progress);
      const more = await onlyHere(session);
      await target.finish(more === null ? text : withMember(text, 'onlyOnThisDevice', more));
    } catch (error) {
      await target.abandon();
      throw error;
    } finally {
      progress.end();
    }
  });
}

async function erase(context: Context, account: HomeAccount, fate: Fate): Promise<ErasureReport> {
  try {
    return await eraseAccount(await openHome(context), account, fate);
  } catch (error) {
    if (!(error instanceof WaypostError) || error.code !== 'unsynced') throw error;
    const { changes, refused, drafts, localValues, elements } = await withSession(context, ({ device }) =>
      device.unsynced(),
    );
    const pending = changes + refused + drafts + localValues;
    throw new WaypostError(
      'unsynced',
      `${count(pending, 'change')}${namesOf(elements)} ${pending === 1 ? 'exists' : 'exist'} only on this device and cannot be sent now (\`waypost conflicts\` shows what was refused). Try again when the server can be reached, or choose: --export FILE (everything into a file), --seal (kept here, for ${account.account.email} only), --discard.`,
      { pending, choices: CHOICES },
    );
  }
}

/** What the changes are about, as far as that fits a sentence. */
function namesOf(elements: readonly { readonly name: string }[]): string {
  if (elements.length === 0) return '';
  const named = elements.slice(0, NAMED_MAX).map(({ name }) => quoted(name));
  const more = elements.length - named.length;
  return ` to ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}`;
}

function number({ changes, refused, local }: WorkCount): number {
  return changes + refused + local;
}

/** Whether the server knows by now. It may be away, or may have signed this device out itself. */
async function tellServer(context: Context, { server, token }: HomeAccount): Promise<boolean> {
  const client = new AccountClient(addressOf(context, server), token);
  try {
    await client.signOut();
    return true;
  } catch (error) {
    if (!(error instanceof WaypostError)) throw error;
    return error.code === 'signed-out';
  } finally {
    client.close();
  }
}

export interface DeleteOptions {
  readonly passwordStdin?: boolean;
  readonly export?: string;
}

export async function deleteAccount(context: Context, options: DeleteOptions): Promise<ExitCode> {
  const home = await openHome(context);
  const account = accountOf(home);
  const { email } = account.account;
  const fromStdin = options.passwordStdin === true;
  if (!fromStdin && options.export === undefined) {
    context.output.note(
      `This deletes ${email} on ${account.server} for good, with its workspaces. \`--export FILE\` keeps a copy of everything first.`,
    );
  }
  const [password = ''] = await context.terminal.passwords([`Password of ${email}, to delete it`], { fromStdin });
  if (options.export !== undefined) {
    await sendWhatWaits(context);
    await exportTo(context, options.export);
  }
  const receipt = await askingPassword(
    () => withAccount(context, (client) => client.deleteAccount(password)),
    'Nothing was deleted.',
  );
  // The account is gone: work of this device has nowhere to go any more.
  await erasingWhenSignedOut(home, null, async () => eraseAccount(home, account, { kind: 'discard' }));
  context.output.result({ deleted: true, exported: options.export ?? null, receipt }, () => {
    const { output } = context;
    output.line(`${email} is deleted, and nothing of it is left on this device.`);
    output.line(
      `Erased on the server: ${count(receipt.devices, 'device')}, ${count(receipt.workspaces.length, 'workspace')}, ${count(receipt.elements, 'element')}, ${count(receipt.historyVersions, 'version')} of history.`,
    );
    if (options.export !== undefined) output.line(`A copy of everything is in ${options.export}.`);
  });
  return EXIT.done;
}
