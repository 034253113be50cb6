/** `waypost signup`, `login`, `whoami`, `passwd`. */
import { hostname } from 'node:os';
import {
  AccountClient,
  type Credentials,
  devicesOf,
  type Home,
  type HomeAccount,
  readServerUrl,
  resetPassword,
  type SignedIn,
  signIn,
  signUp,
} from '@waypost/client/node';
import { type DeviceId, WaypostError } from '@waypost/protocol';
import { askingPassword, needingServer, withAccount } from '../asking-server.ts';
import { addressOf, type Context } from '../context.ts';
import { CommandError, EXIT, type ExitCode, usageError } from '../failure.ts';
import { matching, shortId } from '../finding.ts';
import { nameText, quoted } from '../output/text.ts';
import { count, relativeTime } from '../output/relative-time.ts';
import { accountOf, openHome, type Session, withSession } from '../session.ts';
import { synchronise } from '../synchronise.ts';

export interface SignInOptions {
  readonly server: string;
  readonly email: string;
  readonly device?: string;
  readonly evict?: string;
  readonly passwordStdin?: boolean;
  readonly setupToken?: string;
}

const CHECK_ADDRESS = 'Check the address, and that the server runs.';

/** A first sync that takes longer goes on with the next command. */
const FIRST_SYNC_MS = 60_000;

export async function signup(context: Context, options: SignInOptions): Promise<ExitCode> {
  const fromStdin = options.passwordStdin === true;
  const { home, server, credentials } = await prepared(context, options, async () => {
    const [password = '', again = ''] = await context.terminal.passwords(
      fromStdin ? ['Password'] : ['Password', 'The same password again'],
      { fromStdin },
    );
    if (!fromStdin && password !== again) throw usageError('The two passwords are not the same.');
    return password;
  });
  const { setupToken } = options;
  const token = setupToken === undefined ? {} : { setupToken };
  const answer = await needingServer(
    () => signUp(addressOf(context, server), { ...credentials, ...token }),
    CHECK_ADDRESS,
  ).catch(sayingHow);
  return entered(context, home, server, answer);
}

/** The server does not know how its token is given here. */
function sayingHow(error: unknown): never {
  if (!(error instanceof WaypostError) || error.code !== 'sign-up-closed') throw error;
  throw new WaypostError(error.code, `${error.message} Give it with --setup-token TOKEN.`);
}

export async function login(context: Context, options: SignInOptions): Promise<ExitCode> {
  const fromStdin = options.passwordStdin === true;
  const { home, server, credentials } = await prepared(context, options, async () => {
    const [password = ''] = await context.terminal.passwords([`Password of ${options.email}`], { fromStdin });
    return password;
  });
  const address = addressOf(context, server);
  try {
    const answer = await needingServer(
      async () => signIn(address, { ...credentials, ...(await evicted(options, address, credentials)) }),
      CHECK_ADDRESS,
    );
    return await entered(context, home, server, answer);
  } catch (error) {
    if (error instanceof WaypostError && error.code === 'device-limit') showDevices(context, error);
    throw error;
  }
}

/** The address of a server, always written the same. */
function serverOf(text: string): string {
  try {
    return readServerUrl(text).href.replace(/\/$/, '');
  } catch (error) {
    if (!(error instanceof WaypostError)) throw error;
    throw usageError(
      `${quoted(text)} is no address of a server: write it with http:// or https://, as in --server http://127.0.0.1:4400.`,
    );
  }
}

async function prepared(
  context: Context,
  options: SignInOptions,
  askPassword: () => Promise<string>,
): Promise<{ readonly home: Home; readonly server: string; readonly credentials: Credentials }> {
  const server = serverOf(options.server);
  const home = await openHome(context);
  const present = home.current();
  if (present !== null && (present.server !== server || present.account.email !== options.email.toLowerCase())) {
    throw new CommandError(
      'already-signed-in',
      `${present.account.email} is signed in here: \`waypost logout\` first, or give this device another folder with WAYPOST_HOME.`,
    );
  }
  const password = await askPassword();
  const device = { name: options.device ?? hostname(), kind: 'command line' };
  return { home, server, credentials: { email: options.email, password, installation: home.installation, device } };
}

/** A device may be named by the beginning of its id, which only the list at the limit can complete. */
async function evicted(
  { evict }: SignInOptions,
  address: ReturnType<typeof addressOf>,
  credentials: Credentials,
): Promise<{ readonly evict?: DeviceId | 'oldest' }> {
  if (evict === undefined) return {};
  if (evict === 'oldest' || evict.length === 36) return { evict: evict as DeviceId | 'oldest' };
  try {
    // Where there is room after all, nobody has to go.
    const { token } = await signIn(address, credentials);
    const client = new AccountClient(address, token);
    await client.signOut();
    client.close();
    return {};
  } catch (error) {
    if (!(error instanceof WaypostError) || error.code !== 'device-limit') throw error;
    return { evict: matching(devicesOf(error), evict, 'device').id };
  }
}

function showDevices({ output }: Context, error: WaypostError): void {
  if (output.isJson) return;
  const now = Date.now();
  const rows = devicesOf(error).map((device) => [
    shortId(device.id),
    nameText(device.name),
    device.kind,
    relativeTime(device.lastSeenAt, now),
    device.pending === 0 ? '' : count(device.pending, 'change'),
  ]);
  output.table(['ID', 'NAME', 'KIND', 'LAST SEEN', 'WAITING'], rows);
  output.note(
    'Sign in with --evict ID to sign one of these out, or with --evict oldest. What it has not sent yet is sealed there until it signs in again.',
  );
}

async function entered(context: Context, home: Home, server: string, answer: SignedIn): Promise<ExitCode> {
  const { account, restored } = await home.signedIn(server, answer);
  const had = await localElements(context);
  return withSession(context, async (session) => {
    const synced = await synchronise(context, session, { timeoutMs: Math.max(context.flags.timeoutMs, FIRST_SYNC_MS) });
    const { output } = context;
    const { obstacle } = synced.status;
    output.result({ ...shown(account), workspace: session.device.current() }, () => {
      output.line(
        `Signed in to ${server} as ${output.paint('bold', account.account.email)} on this device, ${quoted(account.device.name)}.`,
      );
      if (restored > 0) output.line('Work that was sealed here is back.');
      output.line(
        synced.isComplete
          ? output.paint('green', 'Everything is here and synced.')
          : output.paint(
              'yellow',
              `Not everything is here yet: \`waypost sync\` fetches the rest.${obstacle === null ? '' : ` ${obstacle.message}`}`,
            ),
      );
    });
    if (had > 0) {
      output.note(
        `${count(had, 'element')} made without an account ${had === 1 ? 'stays' : 'stay'} on this device: \`waypost --local ls\` shows ${had === 1 ? 'it' : 'them'}, and \`waypost --local export --all | waypost import -\` copies ${had === 1 ? 'it' : 'them'} into the account.`,
      );
    }
    return EXIT.done;
  });
}

/** How much was made here without an account. */
async function localElements(context: Context): Promise<number> {
  return withSession(
    { ...context, flags: { ...context.flags, local: true } },
    async ({ device }) => device.list(null).length,
  );
}

function shown({ account, device, server }: HomeAccount): {
  readonly account: object;
  readonly device: object;
  readonly server: string;
} {
  return { account, device, server };
}

export async function whoami(context: Context): Promise<ExitCode> {
  return withSession(context, async ({ home, device }: Session) => {
    const account = accountOf(home);
    const { output } = context;
    const workspace = device.current();
    output.result({ ...shown(account), workspace }, () => {
      output.table(
        [],
        [
          ['account', account.account.email],
          ['device', `${nameText(account.device.name)} (${shortId(account.device.id)})`],
          ['server', account.server],
          ['workspace', nameText(device.workspaces().find(({ id }) => id === workspace)?.name ?? '')],
        ],
      );
    });
    return EXIT.done;
  });
}

export interface PasswordOptions {
  readonly passwordStdin?: boolean;
  /** The one-time token of whoever runs the server. */
  readonly reset?: string;
  readonly server?: string;
}

export async function passwd(context: Context, options: PasswordOptions): Promise<ExitCode> {
  const { passwordStdin, reset, server } = options;
  if (reset !== undefined) return setPassword(context, { ...options, reset });
  if (server !== undefined)
    throw usageError('--server goes with --reset: without it, the account is the one signed in here.');
  accountOf(await openHome(context));
  const fromStdin = passwordStdin === true;
  const questions = ['Present password', 'New password', ...(fromStdin ? [] : ['The new password again'])];
  const [current = '', next = '', again = next] = await context.terminal.passwords(questions, { fromStdin });
  if (next !== again) throw usageError('The two new passwords are not the same.');
  const signedOut = await askingPassword(
    () => withAccount(context, (client) => client.changePassword(current, next)),
    'Nothing was changed.',
  );
  context.output.result({ changed: true, signedOut }, () => {
    context.output.line(
      `The password is changed. ${signedOut.length === 0 ? 'No other device was signed in.' : `${count(signedOut.length, 'other device')} ${signedOut.length === 1 ? 'was' : 'were'} signed out.`}`,
    );
  });
  return EXIT.done;
}

/** For somebody who forgot the password: nobody needs to be signed in here. */
async function setPassword(
  context: Context,
  { reset, server, passwordStdin }: PasswordOptions & { readonly reset: string },
): Promise<ExitCode> {
  const address = server === undefined ? (await openHome(context)).current()?.server : serverOf(server);
  if (address === undefined) throw usageError('Name the server as well: waypost passwd --server URL --reset TOKEN.');
  const fromStdin = passwordStdin === true;
  const questions = ['New password', ...(fromStdin ? [] : ['The new password again'])];
  const [next = '', again = next] = await context.terminal.passwords(questions, { fromStdin });
  if (next !== again) throw usageError('The two new passwords are not the same.');
  const request = { token: reset, new: next };
  const { email } = await needingServer(() => resetPassword(addressOf(context, address), request), CHECK_ADDRESS);
  context.output.result({ changed: true, email }, () => {
    context.output.line(
      `The password of ${email} is changed, and all its devices are signed out: sign in with \`waypost login --server ${address} --email ${email}\`.`,
    );
  });
  return EXIT.done;
}
