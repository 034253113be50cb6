/** Commands that ask the server for something, and can do nothing without it. */
import { AccountClient } from '@waypost/client/node';
import { WaypostError } from '@waypost/protocol';
import { addressOf, type Context } from './context.ts';
import { accountOf, erasingWhenSignedOut, openHome } from './session.ts';

/** Runs calls to the server of the account that is signed in here. */
export async function withAccount<Result>(
  context: Context,
  work: (client: AccountClient) => Promise<Result>,
): Promise<Result> {
  const home = await openHome(context);
  const account = accountOf(home);
  const client = new AccountClient(addressOf(context, account.server), account.token);
  try {
    return await needingServer(() => erasingWhenSignedOut(home, account, () => work(client)));
  } finally {
    client.close();
  }
}

/** Where the server is away, nothing goes on by itself: what to do is said instead. */
export async function needingServer<Result>(
  work: () => Promise<Result>,
  advice = 'This needs the server: try again when it answers.',
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof WaypostError && error.code === 'offline' ? error.details['reason'] : undefined;
    if (typeof reason !== 'string') throw error;
    throw new WaypostError('offline', `${reason} ${advice}`);
  }
}

/** Where the person is known and only the password may be wrong. */
export async function askingPassword<Result>(work: () => Promise<Result>, otherwise: string): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof WaypostError) || error.code !== 'bad-credentials') throw error;
    throw new WaypostError(error.code, `The password is wrong. ${otherwise}`);
  }
}
