/** Accounts, devices and workspaces of a server, reached from Node. */
import {
  AccountCalls,
  type PasswordReset,
  resetPasswordAt,
  type SignedIn,
  type SignIn,
  signInAt,
  type SignUp,
  signUpAt,
} from '../portable/account-client.ts';
import type { ServerAddress } from './proxy.ts';
import { ServerHttp } from './server-http.ts';

export {
  type AccountDetails,
  type ApiKey,
  type Credentials,
  type DeletionReceipt,
  type DeviceList,
  devicesOf,
  type ListedDevice,
  type SignedIn,
  type WorkspaceMember,
} from '../portable/account-client.ts';

export async function signUp(address: ServerAddress, request: SignUp): Promise<SignedIn> {
  return signUpAt(new ServerHttp(address, null), request);
}

export async function signIn(address: ServerAddress, request: SignIn): Promise<SignedIn> {
  return signInAt(new ServerHttp(address, null), request);
}

export async function resetPassword(address: ServerAddress, reset: PasswordReset): Promise<{ readonly email: string }> {
  return resetPasswordAt(new ServerHttp(address, null), reset);
}

export class AccountClient extends AccountCalls {
  constructor(address: ServerAddress, token: string) {
    super(new ServerHttp(address, token));
  }
}

/** Whether the server answers and is ready. Throws `offline` with the reason, `shutting-down` while it starts or stops. */
export async function probeServer(address: ServerAddress, withinMs: number): Promise<void> {
  const server = new ServerHttp({ ...address, connectTimeoutMs: withinMs }, null);
  try {
    await server.json({ method: 'GET', path: '/readyz', silenceMs: withinMs });
  } finally {
    server.close();
  }
}
