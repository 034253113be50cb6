/** The sign-in that gives a device its place, with the limit checked under the account's lock. */
import type { AccountId, DeviceId } from '@waypost/protocol';
import type { DeviceRow, SignIn, SignInResult } from '../accounts/account-store.ts';
import { DEVICE_COLUMNS, deviceOf } from './account-rows.ts';
import { nameText } from './columns.ts';
import type { Queries } from './database.ts';
import { activeDevices, findDevice, lockAccount, signOutDevices } from './devices.ts';
import type { Dialect } from './dialect.ts';
import { beginTokens } from './token-pairs.ts';

export async function signIn(queries: Queries, dialect: Dialect, request: SignIn): Promise<SignInResult> {
  const { account, at } = request;
  if ((await lockAccount(queries, dialect, account)) !== request.passwordHash) return { kind: 'changed' };
  if (await isDisabled(queries, account)) return { kind: 'disabled' };

  const known = await deviceOfInstallation(queries, request);
  const others = (await activeDevices(queries, account)).filter(({ id }) => id !== known?.id);
  const idle = others.filter(({ lastSeenAt }) => lastSeenAt < request.idleBefore);
  const busy = others.filter((device) => !idle.includes(device));
  const evicted = evictedBy(request, busy);
  if (request.limit !== null && busy.length - evicted.length >= request.limit) {
    return { kind: 'limit', devices: busy.toReversed() };
  }

  const devices = [...idle, ...evicted].map(({ id }) => id);
  const signedOut = await signOutDevices(queries, dialect, { account, devices, erase: false, at });
  const id = known?.id ?? request.newDevice;
  await putDevice(queries, id, request);
  await beginTokens(queries, id, request.tokens);
  const device = await findDevice(queries, id);
  if (device === null) throw new Error('a device was not there after its sign-in');
  return { kind: 'signed-in', device, signedOut };
}

async function isDisabled(queries: Queries, account: AccountId): Promise<boolean> {
  return (await queries.rows('SELECT id FROM accounts WHERE id = ? AND disabled_at IS NOT NULL', [account])).length > 0;
}

async function deviceOfInstallation(queries: Queries, { account, installation }: SignIn): Promise<DeviceRow | null> {
  const sql = `SELECT ${DEVICE_COLUMNS} FROM devices WHERE account = ? AND installation = ?`;
  const [row] = await queries.rows(sql, [account, nameText(installation)]);
  return row === undefined ? null : deviceOf(row);
}

/** As few as needed, longest unseen first; or the one that was named, where there is no place without it. */
function evictedBy({ limit, evict }: SignIn, busy: readonly DeviceRow[]): readonly DeviceRow[] {
  const tooMany = limit === null ? 0 : Math.max(0, busy.length + 1 - limit);
  if (evict === null || tooMany === 0) return [];
  return evict === 'oldest' ? busy.slice(-tooMany) : busy.filter(({ id }) => id === evict);
}

async function putDevice(queries: Queries, id: DeviceId, request: SignIn): Promise<void> {
  const { account, installation, name, deviceKind, at } = request;
  await queries.run(
    `INSERT INTO devices (id, account, installation, name, kind, created_at, last_seen_at, pending, signed_out_at, erase)
      VALUES (?, ?, ?, ?, ?, ?, ?, 0, NULL, 0)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, last_seen_at = excluded.last_seen_at,
        signed_out_at = NULL, erase = 0`,
    [id, account, nameText(installation), nameText(name), nameText(deviceKind), at, at],
  );
}
