/**
 * The device of this home for as long as a command runs. It is opened without a connection: what a person changes is
 * judged against what this device had before it heard anything new (SYNC.md 4). `connect` lets it talk.
 */
import { type Device, type DeviceEvent, openDevice } from '@waypost/client';
import {
  createFetcher,
  createHttpTransport,
  createWebSocketTransport,
  eraseSignedOut,
  Home,
  type HomeAccount,
  type NodeFetcher,
  nodeCompression,
  type SqliteStorage,
  systemChance,
  systemClock,
  systemScheduler,
} from '@waypost/client/node';
import { schemas } from '@waypost/model';
import { type AccountId, type Actor, type DeviceId, WaypostError } from '@waypost/protocol';
import { addressOf, type Context } from './context.ts';
import { CommandError } from './failure.ts';
import { GatedLeadership } from './leading.ts';

export interface Session {
  readonly home: Home;
  /** Null where work is not synced: nobody is signed in, or `--local`. */
  readonly account: HomeAccount | null;
  readonly device: Device;
  /** Begins to sync, or to follow the process of this home that does. */
  readonly connect: () => void;
  /** Whether this process holds the connection; null while that is not known. */
  readonly isLeading: () => boolean | null;
  /** Rejects once the server signed this device out. */
  readonly signedOut: Promise<never>;
  /** What the server tells over plain HTTP. Throws where there is no account. */
  fetcher(): NodeFetcher;
  close(): Promise<void>;
}

export function openHome(context: Context): Promise<Home> {
  return Home.open(context.home);
}

/** Throws `signed-out` where the command needs an account and there is none. */
export function accountOf(home: Home): HomeAccount {
  const account = home.current();
  if (account === null) {
    throw new WaypostError(
      'signed-out',
      'Nobody is signed in here, and work stays on this device: `waypost login` signs in.',
    );
  }
  return account;
}

/** Runs work on the device and closes it. Where the server signed this device out, its data is erased as the rules say. */
export async function withSession<Result>(
  context: Context,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const home = await openHome(context);
  const account = context.flags.local ? null : home.current();
  return erasingWhenSignedOut(home, account, async () => {
    const session = account === null ? await openLocal(home) : await openSynced(context, home, account);
    try {
      return await Promise.race([work(session), session.signedOut]);
    } finally {
      await session.close();
    }
  });
}

/** For calls to the server without a device: they, too, may learn that it was signed out. */
export async function erasingWhenSignedOut<Result>(
  home: Home,
  account: HomeAccount | null,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (account === null || !(error instanceof WaypostError) || error.code !== 'signed-out') throw error;
    throw await eraseSignedOut(home, account, error.details['erase'] === true);
  }
}

async function openSynced(context: Context, home: Home, account: HomeAccount): Promise<Session> {
  const address = addressOf(context, account.server);
  const transports = {
    websocket: [createWebSocketTransport(address)],
    http: [createHttpTransport(address)],
    auto: [createWebSocketTransport(address), createHttpTransport(address)],
  }[context.flags.transport];
  const fetcher = createFetcher(address, account.token);
  const leadership = new GatedLeadership(home.leadership(account), systemScheduler);
  const storage = home.openStore(account);
  const device = await opened(storage, {
    me: { account: account.account.id, device: account.device.id },
    ...{ leadership, transports, fetcher, token: async () => account.token },
  });
  return {
    ...{ home, account, device },
    connect: () => leadership.open(),
    isLeading: () => leadership.isHeld,
    signedOut: untilSignedOut(device),
    fetcher: () => fetcher,
    async close() {
      await device.tidy();
      leadership.abandon();
      await closed(device, storage);
      fetcher.close();
    },
  };
}

async function openLocal(home: Home): Promise<Session> {
  const local = await home.local();
  const storage = home.openStore(local);
  const leadership = new GatedLeadership(home.leadership(local), systemScheduler);
  const fetcher = unreachableFetcher();
  // Names nobody: this work has no account, and what is local to an installation was written by it.
  const me: Actor = { account: home.installation as AccountId, device: home.installation as DeviceId };
  const token = async (): Promise<string> => Promise.reject(noServer());
  const device = await opened(storage, { me, leadership, transports: [], fetcher, token });
  return {
    ...{ home, account: null, device },
    connect: () => undefined,
    isLeading: () => false,
    signedOut: new Promise(() => undefined),
    fetcher: () => fetcher,
    async close() {
      leadership.abandon();
      await closed(device, storage);
    },
  };
}

type OwnPorts = Pick<Parameters<typeof openDevice>[0], 'me' | 'leadership' | 'transports' | 'fetcher' | 'token'>;

async function opened(storage: SqliteStorage, ports: OwnPorts): Promise<Device> {
  try {
    return await openDevice({
      ...{
        storage,
        clock: systemClock,
        chance: systemChance,
        scheduler: systemScheduler,
        compression: nodeCompression,
        schemas,
      },
      ...ports,
    });
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** A store that was erased under this process cannot be closed in order, and need not be. */
async function closed(device: Device, storage: SqliteStorage): Promise<void> {
  try {
    await device.close();
  } catch (error) {
    if (!(error instanceof WaypostError) || error.code !== 'signed-out') throw error;
  } finally {
    await storage.close();
  }
}

function untilSignedOut(device: Device): Promise<never> {
  const rejected = new Promise<never>((_resolve, reject) => {
    device.subscribe((event: DeviceEvent) => {
      const isOut = event.event === 'signed-out' || (event.event === 'status' && event.status.phase === 'signed-out');
      if (isOut)
        reject(new WaypostError('signed-out', undefined, { erase: event.event === 'signed-out' && event.erase }));
    });
  });
  // Nobody may be waiting for it.
  rejected.catch(() => undefined);
  return rejected;
}

function noServer(): CommandError {
  return new CommandError(
    'sync-off',
    'Sync off: work stays on this device, and there is no server to ask. `waypost login` signs in.',
  );
}

function unreachableFetcher(): NodeFetcher {
  return {
    get: async () => Promise.reject(noServer()),
    post: async () => Promise.reject(noServer()),
    close: () => undefined,
  };
}
