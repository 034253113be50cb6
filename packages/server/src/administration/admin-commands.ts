/**
 * `waypost-server admin …`: works on the database itself, whether a server runs on it or not. Whoever may read the data
 * folder, or knows the address of the PostgreSQL database, is the administrator; there is nothing else to prove.
 */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { WaypostError } from '@waypost/protocol';
import { newToken, tokenHash } from '../accounts/tokens.ts';
import { databaseFile, StartError } from '../data-folder.ts';
import { clock } from '../platform.ts';
import type { Command, Settings } from '../settings.ts';
import { SqlAdminStore } from '../storage/admin-store.ts';
import type { Database } from '../storage/database.ts';
import { requireCurrent } from '../storage/migrate.ts';
import type { AdminOrder } from './admin-order.ts';
import type { AdminStore, Operator } from './admin-store.ts';
import { accountText, auditText, deletionText, listText } from './admin-text.ts';

/** Long enough to reach somebody on another continent, and short enough to be forgotten in a drawer. */
const RESET_LASTS_MS = 24 * 60 * 60 * 1_000;

/** Both ways to say the same. */
interface Said {
  readonly json: unknown;
  readonly text: string;
}

type AdminCommand = Extract<Command, { kind: 'admin' }>;

export interface Printed {
  readonly text: string;
  /** What was asked for was not done; the text says why. */
  readonly isRefused: boolean;
}

/** With `json` a refusal is a document like every other answer. Throws {@link StartError}; WaypostError for people. */
export async function runAdmin({ settings, order, json }: AdminCommand): Promise<Printed> {
  try {
    const said = await obeyed(settings, order);
    return { text: json ? JSON.stringify(said.json) : said.text, isRefused: false };
  } catch (error) {
    if (!json || !(error instanceof WaypostError)) throw error;
    const { code, message, retry, details } = error;
    return { text: JSON.stringify({ ...details, error: { code, message, retry } }), isRefused: true };
  }
}

async function obeyed(settings: Settings, order: AdminOrder): Promise<Said> {
  const database = await openDatabase(settings);
  try {
    await requireCurrent(database);
    return await obey(new SqlAdminStore(database), order, settings);
  } finally {
    await database.close();
  }
}

async function openDatabase({ databaseUrl, data }: Settings): Promise<Database> {
  if (databaseUrl !== null) {
    const { PostgresDatabase } = await import('../storage/postgres-database.ts');
    return new PostgresDatabase({ url: databaseUrl, connectionsMax: 1 });
  }
  const file = databaseFile(data);
  if (!existsSync(file)) throw new StartError(`There is no database at ${file}: name the server's folder with --data.`);
  const { SqliteDatabase } = await import('../storage/sqlite-database.ts');
  return new SqliteDatabase(file);
}

async function obey(store: AdminStore, order: AdminOrder, { publicUrl }: Settings): Promise<Said> {
  const now = clock.now();
  const by: Operator = { who: `operator (${userInfo().username})`, origin: 'command line', at: now };
  switch (order.kind) {
    case 'list': {
      const accounts = await store.accounts();
      return { json: { accounts }, text: listText(accounts, now) };
    }
    case 'show': {
      const account = await store.account(order.email);
      return { json: { account }, text: accountText(account, now) };
    }
    case 'disable': {
      const signedOut = await store.disable(order.email, by);
      return { json: { signedOut }, text: `The account is disabled, and ${devices(signedOut.length)} signed out.` };
    }
    case 'enable': {
      await store.enable(order.email, by);
      return { json: { enabled: true }, text: 'The account may sign in again.' };
    }
    case 'sign-out': {
      const { device, erase } = order;
      const signedOut = await store.signOut(order.email, { devices: device === null ? null : [device], erase }, by);
      if (device !== null && signedOut.length === 0) {
        throw new WaypostError('not-found', 'No device with this id is signed in to the account.');
      }
      return { json: { signedOut }, text: `${capital(devices(signedOut.length))} signed out.` };
    }
    case 'delete':
      return order.confirmed ? erase(store, order.email, by) : beforeErasing(store, order.email);
    case 'reset-password': {
      const token = newToken();
      const expiresAt = now + RESET_LASTS_MS;
      await store.offerReset(order.email, { tokenHash: tokenHash(token), expiresAt }, by);
      const server = publicUrl?.origin ?? 'SERVER';
      const text = `One-time token, good until ${new Date(expiresAt).toISOString()}: ${token}
Give it to the person, who sets a new password with
  waypost passwd --server ${server} --reset ${token}`;
      return { json: { token, expiresAt }, text };
    }
    case 'audit': {
      const entries = await store.audit(order);
      return { json: { entries }, text: auditText(entries) };
    }
  }
}

async function beforeErasing(store: AdminStore, email: string): Promise<Said> {
  const account = await store.account(email);
  const text = `${deletionText(account)}\nNothing was deleted. Repeat the command with --yes to delete it for good.`;
  return { json: { deleted: false, account }, text };
}

async function erase(store: AdminStore, email: string, by: Operator): Promise<Said> {
  const result = await store.deleteAccount(email, by);
  if (result.kind === 'in-teams') {
    const names = result.teams.map(({ name }) => `"${name}"`).join(', ');
    throw new WaypostError('in-teams', `The account is a member of ${names}: take it out of there first.`, {
      teams: result.teams,
    });
  }
  const { receipt } = result;
  const elements = receipt.workspaces.reduce((sum, workspace) => sum + workspace.elements, 0);
  const text = `${receipt.email} is deleted, with ${receipt.workspaces.length} workspaces, ${elements} elements, ${receipt.historyVersions} versions of their history and ${receipt.devices.length} devices.`;
  return { json: { deleted: true, receipt }, text };
}

function devices(count: number): string {
  return count === 1 ? '1 device is' : `${count === 0 ? 'no' : count} devices are`;
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
