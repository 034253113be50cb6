/** Who did something, as the person here calls them. */
import type { Actor, ActorNames, DeviceId } from '@waypost/protocol';
import type { Seat } from './desk.ts';

export interface Who {
  /** "this device", "Lap", "anna@example.org on Lap". */
  readonly text: string;
  readonly isMe: boolean;
  /** Of the same account. */
  readonly isOwn: boolean;
}

/** `more` are names that this device has not met, from an answer of the server. */
export function whoOf(seat: Pick<Seat, 'device' | 'me' | 'account'>, actor: Actor, more: ActorNames = {}): Who {
  const isMe = actor.device === seat.me.device;
  const named = seat.device.names()[actor.device] ?? more[actor.device];
  const isOwn = isMe || actor.account === seat.me.account || (named !== undefined && named.account === seat.me.account);
  if (isMe) return { text: 'this device', isMe, isOwn };
  const device = named === undefined || named.device === '' ? 'a device that is gone' : named.device;
  const isNamed = !isOwn && named !== undefined && named.email !== '';
  return { text: isNamed ? `${named.email} on ${device}` : device, isMe, isOwn };
}

/** Where only the device is known. */
export function actorOfDevice(seat: Pick<Seat, 'device' | 'me'>, device: DeviceId): Actor {
  return { account: seat.device.names()[device]?.account ?? seat.me.account, device };
}
