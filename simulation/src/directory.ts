/** Who there is: accounts, their devices, workspaces, and who may what. Rights and sign-ins themselves lie in the database. */
import {
  type AccountId,
  type DeviceId,
  type Epoch,
  uuidOf,
  type WorkspaceId,
  type WorkspaceInfo,
} from '@waypost/protocol';
import type { MemoryDatabase } from '@waypost/server/memory';
import type { Accounts } from '@waypost/server/sync';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

export interface DeviceEntry {
  id: DeviceId;
  readonly account: AccountId;
  readonly name: string;
  /** Every sign-in has a token of its own; older ones are worth nothing. */
  token: string;
}

export class Directory {
  readonly accounts: readonly { readonly id: AccountId; readonly email: string }[];
  readonly workspaces: readonly {
    readonly id: WorkspaceId;
    readonly name: string;
    readonly kind: WorkspaceInfo['kind'];
  }[];
  readonly devices: readonly DeviceEntry[];
  readonly #database: MemoryDatabase;
  #signIns = 0;

  constructor(plan: Plan, database: MemoryDatabase, random: Random) {
    this.#database = database;
    const id = (): string => uuidOf(random.bytes(16));
    this.accounts = Array.from({ length: plan.accounts }, (_, at) => ({
      id: id() as AccountId,
      email: `${at}@example.org`,
    }));
    this.workspaces = Array.from({ length: plan.workspaces }, (_, at) => ({
      id: id() as WorkspaceId,
      name: `workspace ${at}`,
      kind: at === 0 ? ('team' as const) : ('personal' as const),
    }));
    this.devices = plan.devices.map((account, at) => ({
      id: id() as DeviceId,
      account: (this.accounts[account] as { id: AccountId }).id,
      name: `device ${at}`,
      token: '',
    }));
    for (const { id: workspace } of this.workspaces) {
      database.addWorkspace(workspace, `e${random.below(1 << 30).toString(36)}` as Epoch);
      for (const account of this.accounts) database.setMember(workspace, account.id, 'administrator');
    }
    for (const device of this.devices) this.signIn(device);
  }

  signIn(device: DeviceEntry): void {
    this.#signIns += 1;
    device.token = `${device.id}/${this.#signIns}`;
    this.#setActive(device, true);
  }

  signOut(device: DeviceEntry): void {
    device.token = '';
    this.#setActive(device, false);
  }

  isActive(device: DeviceEntry): boolean {
    return this.#database.content.devices.get(device.id)?.active === true;
  }

  role(workspace: WorkspaceId, account: AccountId): WorkspaceInfo['role'] | null {
    return this.#database.content.members.get(`${workspace} ${account}`)?.role ?? null;
  }

  workspacesOf(account: AccountId): WorkspaceInfo[] {
    return this.workspaces.flatMap(({ id, name, kind }) => {
      const role = this.role(id, account);
      return role === null ? [] : [{ id, name, kind, role }];
    });
  }

  /** As conversations know accounts, in whichever node. */
  port(wait: <Result>(work: () => Result) => Promise<Result>): Accounts {
    return {
      authenticate: (token) =>
        wait(() => {
          const device = this.devices.find((entry) => entry.token === token);
          if (device === undefined || token === '' || !this.isActive(device))
            return { kind: 'signed-out', erase: false };
          const email = this.accounts.find(({ id }) => id === device.account)?.email ?? '';
          return {
            kind: 'known',
            actor: { account: device.account, device: device.id },
            email,
            deviceName: device.name,
          };
        }),
      workspaces: (account) => wait(() => this.workspacesOf(account)),
      seen: () => undefined,
      arrived: () => undefined,
    };
  }

  #setActive(device: DeviceEntry, active: boolean): void {
    const email = this.accounts.find(({ id }) => id === device.account)?.email ?? '';
    this.#database.setDevice(device.id, { account: device.account, email, name: device.name, active });
  }
}
