/** People with accounts, as a server would sign them in. */
import { randomUUID, webcrypto } from 'node:crypto';
import type { AccountId, DeviceId, StreamId, WorkspaceId } from '@waypost/protocol';
import type { SignedIn } from '../portable/account-client.ts';
import type { Home, HomeAccount } from './home.ts';
import type { SealingKeys } from '../portable/seal.ts';

/** As the server makes them. */
export async function newSealingKeys(): Promise<SealingKeys> {
  const { subtle } = webcrypto;
  const pair = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, ['deriveBits']);
  const publicKey = Buffer.from(await subtle.exportKey('raw', pair.publicKey)).toString('base64url');
  return { publicKey, privateKey: Buffer.from(await subtle.exportKey('pkcs8', pair.privateKey)).toString('base64url') };
}

export const SERVER = 'https://waypost.marker-server.example';
export const WORKSPACE = 'aaaaaaaa-0000-4000-8000-000000000001' as WorkspaceId;
export const STREAM = 'bbbbbbbb-0000-4000-8000-000000000001' as StreamId;

/** What the server answers to a sign-in of this person. Everything in it is found by its marker. */
export async function person(name: string): Promise<SignedIn> {
  return {
    account: { id: randomUUID() as string as AccountId, email: `marker-${name}@example.org` },
    device: { id: randomUUID() as string as DeviceId, name: `marker-device-of-${name}` },
    token: `marker-token-of-${name}`,
    workspaces: [],
    sealing: await newSealingKeys(),
  };
}

/** A synced element, one change that waits, a local value and an open conflict. */
export async function work(home: Home, account: HomeAccount): Promise<void> {
  const storage = home.openStore(account);
  await storage.commit(
    {
      writes: [
        { to: 'elements', workspace: WORKSPACE, key: 'e', value: 'marker-element' },
        { to: 'pages', workspace: WORKSPACE, pages: [Buffer.from('marker-page')] },
        { to: 'state', workspace: WORKSPACE, key: 'replica', value: 'marker-replica' },
        { to: 'state', workspace: WORKSPACE, key: 'stream', value: STREAM },
        { to: 'state', workspace: 'device', key: 'names', value: 'marker-names' },
        { to: 'local', workspace: WORKSPACE, key: 'draft', value: 'marker-draft' },
        { to: 'conflicts', workspace: WORKSPACE, key: 'c', value: 'marker-conflict' },
      ],
      append: [{ workspace: WORKSPACE, stream: STREAM, value: 'marker-change' }],
    },
    'strict',
  );
  await storage.close();
}

/** As after everything was sent and settled. */
export async function settle(home: Home, account: HomeAccount): Promise<void> {
  const storage = home.openStore(account);
  const clear = (to: 'outbox' | 'local') => ({ to, workspace: WORKSPACE, clear: true }) as const;
  await storage.commit({ writes: [clear('outbox'), clear('local')] }, 'strict');
  await storage.close();
}
