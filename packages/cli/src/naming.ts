/** Who did something: accounts and devices by the names this device knows. */
import type { Device } from '@waypost/client';
import type { Actor } from '@waypost/protocol';
import { nameText } from './output/text.ts';
import type { Session } from './session.ts';

export interface By {
  readonly account: { readonly id: string; readonly email: string };
  readonly device: { readonly id: string; readonly name: string };
}

/** Null where nobody knows who it was. */
export function byOf(
  { device, account }: Pick<Session, 'account'> & { readonly device: Pick<Device, 'names'> },
  actor: Actor,
): By | null {
  const named = device.names()[actor.device];
  if (actor.device === '' || (account === null && named === undefined)) return null;
  const own = account !== null && account.device.id === actor.device ? account : null;
  return {
    account: {
      id: actor.account,
      email: named?.email ?? (account?.account.id === actor.account ? account.account.email : ''),
    },
    device: { id: actor.device, name: named?.device ?? own?.device.name ?? '' },
  };
}

/** "Desk (anna@example.org)"; only the device where it is one of one's own. */
export function byText(session: Pick<Session, 'account'>, by: By | null): string {
  if (by === null) return 'someone';
  const device = by.device.name === '' ? 'a device that is gone' : nameText(by.device.name);
  if (session.account === null || by.account.id === session.account.account.id || by.account.email === '')
    return device;
  return `${device} (${by.account.email})`;
}
