/** Devices of the bench's one account. */
import { randomUUID } from 'node:crypto';
import { type SignedIn, signIn } from '@waypost/client/node';

import type { ServerAddress } from '../contender.ts';

/** A device of its own each time. */
export function signInDevice({ url, access }: ServerAddress): Promise<SignedIn> {
  const { email = '', password = '' } = access;
  return signIn({ url }, { email, password, installation: randomUUID(), device: { name: 'Bench', kind: 'cli' } });
}
