/**
 * The home folder of one device: who is signed in here, and where each account's data lies.
 *
 *     home.json          this installation's own id, which account is current, where local work lies
 *     home.lock          held while the above changes
 *     stores/KEY/        everything of one account, and nothing else: account.json, shown.json, its store, its leader's lock
 *     stores/*.erasing   what is left of an account that is being erased
 *     sealed/KEY         work of an account that was erased, closed to everyone else
 *
 * KEY is random and says nothing. A sealed file counts once the folder of the same key is gone, so that one rename
 * decides between an account that is here and one that is sealed.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountId, DeviceId, WorkspaceId } from '@waypost/protocol';
import * as z from 'zod/mini';
import type { Leadership } from '../engine/ports.ts';
import type { SignedIn } from '../portable/account-client.ts';
import type { ErasingHome } from '../portable/erase.ts';
import { type HomeAccount, knownWorkspaces, type LocalWork, localWorkspace } from '../portable/home-account.ts';
import { seal, unseal } from '../portable/seal.ts';
import { restoreWork, type Work, workOf, workText } from '../portable/unsynced-work.ts';
import { createLeadership, underLock } from './leadership.ts';
import { isUnfinished, readPrivateJson, writePrivateFile } from './private-file.ts';
import { nodeSealing } from './sealing-tools.ts';
import { makePrivateFolder, saying, syncFolder } from './sqlite-file.ts';
import { ERASING, openSqliteStorage, type SqliteStorage } from './sqlite-storage.ts';

export type { HomeAccount, LocalWork } from '../portable/home-account.ts';

/** Every process of a home holds its lock for moments only; one that seals a lot takes longest. */
const LOCK_WAIT_MS = 30_000;
const FORMAT = 1;

const homeSchema = z.object({
  format: z.literal(FORMAT),
  installation: z.string(),
  current: z.nullable(z.string()),
  local: z.nullable(z.object({ key: z.string(), workspace: z.string() })),
});
const accountSchema = z.object({
  format: z.literal(FORMAT),
  server: z.string(),
  account: z.object({ id: z.string(), email: z.string() }),
  device: z.object({ id: z.string(), name: z.string() }),
  token: z.string(),
  sealingKey: z.string(),
  /** Sealed files whose work is in the store by now. */
  unsealed: z.array(z.string()),
});

/** What was last shown of each open conflict: `ConflictView.seen` by id. */
const shownSchema = z.object({ format: z.literal(FORMAT), conflicts: z.record(z.string(), z.string()) });

type HomeRecord = z.infer<typeof homeSchema>;
type AccountRecord = z.infer<typeof accountSchema>;

export class Home implements ErasingHome {
  readonly folder: string;
  /** Random, of no account, and kept whatever else is erased. */
  readonly installation: string;

  private constructor(folder: string, installation: string) {
    this.folder = folder;
    this.installation = installation;
  }

  /** Makes the folder where there is none, and finishes what a killed process left half done. */
  static async open(folder: string): Promise<Home> {
    saying(folder, () => {
      for (const each of [folder, join(folder, 'stores'), join(folder, 'sealed')]) makePrivateFolder(each);
    });
    const file = join(folder, 'home.json');
    const found = readPrivateJson(file, homeSchema, FORMAT);
    const home = found ?? (await underLock(join(folder, 'home.lock'), LOCK_WAIT_MS, async () => firstRecord(file)));
    const opened = new Home(folder, home.installation);
    if (opened.#leftovers().length > 0) await opened.locked(async () => opened.#sweep());
    return opened;
  }

  accounts(): readonly HomeAccount[] {
    const keys = saying(this.folder, () => readdirSync(join(this.folder, 'stores'))).filter(
      (name) => !name.endsWith(ERASING),
    );
    return keys.flatMap((key) => this.#account(key) ?? []).sort((a, b) => (a.account.email < b.account.email ? -1 : 1));
  }

  /** The account that commands without one mean; null while signed out. */
  current(): HomeAccount | null {
    const { current } = this.#read();
    return current === null ? null : this.#account(current);
  }

  async use(account: HomeAccount): Promise<void> {
    await this.locked(async () => this.#write({ ...this.#read(), current: account.key }));
  }

  /**
   * Keeps what the server answered to a sign-in, makes the account current, and brings back the work it has sealed here.
   * An account that is still here keeps its store and gets the new token.
   */
  async signedIn(
    server: string,
    answer: SignedIn,
  ): Promise<{ readonly account: HomeAccount; readonly restored: number }> {
    return this.locked(async () => {
      const present = this.accounts().find((one) => one.server === server && one.account.id === answer.account.id);
      const key = present?.key ?? randomUUID();
      const work = present === undefined ? await this.#unsealed(answer) : [];
      const storage = this.openStore({ key }, { create: true });
      try {
        for (const { records } of work) await restoreWork(storage, records);
        // Work can begin at once, before the first connection. What is here already may know more than the server does.
        if (present === undefined) await storage.commit({ writes: [knownWorkspaces(answer.workspaces)] }, 'strict');
      } finally {
        await storage.close();
      }
      const { account, device, token, sealing } = answer;
      const unsealed = work.map((one) => one.key);
      const record: AccountRecord = {
        format: FORMAT,
        server,
        account,
        device,
        token,
        sealingKey: sealing.publicKey,
        unsealed,
      };
      // From here on the account is here, with its work; before, it is not, and its work is still sealed.
      writePrivateFile(join(this.#store(key), 'account.json'), JSON.stringify(record));
      this.#write({ ...this.#read(), current: key });
      this.#sweep();
      return { account: accountOf(key, record), restored: work.reduce((sum, { records }) => sum + records.length, 0) };
    });
  }

  /** A handle on an account's store. Throws `signed-out` once it was erased. */
  openStore(
    { key }: { readonly key: string },
    options: { readonly create: boolean } = { create: false },
  ): SqliteStorage {
    return openSqliteStorage({ folder: this.#store(key), create: options.create });
  }

  /** What a process of this home last showed of conflicts, for another that is told how they are decided. */
  shownConflicts({ key }: HomeAccount): ReadonlyMap<string, string> {
    const record = readPrivateJson(join(this.#store(key), 'shown.json'), shownSchema, FORMAT);
    return new Map(Object.entries(record?.conflicts ?? {}));
  }

  showedConflicts({ key }: HomeAccount, shown: Iterable<{ readonly id: string; readonly seen: string }>): void {
    const conflicts = Object.fromEntries([...shown].map(({ id, seen }) => [id, seen]));
    writePrivateFile(join(this.#store(key), 'shown.json'), JSON.stringify({ format: FORMAT, conflicts }));
  }

  leadership({ key }: { readonly key: string }): Leadership {
    return createLeadership(join(this.#store(key), 'leader'));
  }

  /** Where work without an account lies; its workspace is made at first use and stays. */
  async local(): Promise<LocalWork> {
    const { local } = this.#read();
    if (local !== null) return { key: local.key, workspace: local.workspace as WorkspaceId };
    return this.locked(async () => {
      const record = this.#read();
      const made = record.local ?? { key: randomUUID(), workspace: randomUUID() };
      if (record.local === null) {
        // Named before it is there, so that no sweep takes it for a sign-in that was not finished.
        this.#write({ ...record, local: made });
        const storage = this.openStore(made, { create: true });
        const only = localWorkspace(made.workspace as WorkspaceId);
        await storage.commit({ writes: [knownWorkspaces([only])] }, 'strict');
        await storage.close();
      }
      return { key: made.key, workspace: made.workspace as WorkspaceId };
    });
  }

  /** What is sealed is closed to everyone but this account, and counts once the account's folder is gone. */
  async beginErasure(account: HomeAccount, sealed: Work | null): Promise<void> {
    // What an earlier attempt sealed may have been sent meanwhile.
    if (sealed === null) return this.cancelErasure(account);
    const box = await seal(workText(account.account.id, sealed), account.sealingKey, nodeSealing);
    writePrivateFile(join(this.folder, 'sealed', account.key), box);
  }

  async cancelErasure({ key }: HomeAccount): Promise<void> {
    rmSync(join(this.folder, 'sealed', key), { force: true });
  }

  /** Everything of an account is in the folder of its store. */
  async endErasure(): Promise<void> {}

  /** Runs work that no other process of this home may interleave with. */
  async locked<Result>(work: () => Promise<Result>): Promise<Result> {
    return underLock(join(this.folder, 'home.lock'), LOCK_WAIT_MS, work);
  }

  /** What is here of accounts that are being erased, of sign-ins and writes that were not finished, and empty seals. */
  #leftovers(): string[] {
    const { local } = this.#read();
    const names = (folder: string) => saying(this.folder, () => readdirSync(join(this.folder, folder)));
    const stores = names('stores');
    const sealed = names('sealed');
    const opened = new Set(stores.flatMap((key) => this.#record(key)?.unsealed ?? []));
    return [
      ...names('.').filter(isUnfinished),
      ...stores
        .filter((name) => name.endsWith(ERASING) || (name !== local?.key && this.#record(name) === null))
        .map((name) => join('stores', name)),
      ...stores.flatMap((key) =>
        this.#record(key) === null
          ? []
          : names(join('stores', key))
              .filter(isUnfinished)
              .map((name) => join('stores', key, name)),
      ),
      ...sealed
        .filter((name) => isUnfinished(name) || opened.has(name) || this.#record(name) !== null)
        .map((name) => join('sealed', name)),
    ];
  }

  #sweep(): void {
    for (const name of this.#leftovers()) {
      saying(this.folder, () => rmSync(join(this.folder, name), { recursive: true, force: true }));
    }
    for (const name of ['stores', 'sealed']) syncFolder(join(this.folder, name));
  }

  async #unsealed({
    account,
    sealing,
  }: SignedIn): Promise<readonly { readonly key: string; readonly records: Work }[]> {
    const found: { key: string; records: Work }[] = [];
    for (const key of readdirSync(join(this.folder, 'sealed'))) {
      const text = await unseal(readFileSync(join(this.folder, 'sealed', key)), sealing, nodeSealing);
      const records = text === null ? null : workOf(account.id, text);
      if (records !== null) found.push({ key, records });
    }
    return found;
  }

  #account(key: string): HomeAccount | null {
    const record = this.#record(key);
    return record === null ? null : accountOf(key, record);
  }

  #record(key: string): AccountRecord | null {
    if (key.endsWith(ERASING) || !existsSync(this.#store(key))) return null;
    return readPrivateJson(join(this.#store(key), 'account.json'), accountSchema, FORMAT);
  }

  #store(key: string): string {
    return join(this.folder, 'stores', key);
  }

  #read(): HomeRecord {
    return readPrivateJson(join(this.folder, 'home.json'), homeSchema, FORMAT) ?? emptyHome(this.installation);
  }

  #write(record: HomeRecord): void {
    writePrivateFile(join(this.folder, 'home.json'), JSON.stringify(record));
  }
}

function firstRecord(file: string): HomeRecord {
  const found = readPrivateJson(file, homeSchema, FORMAT);
  if (found !== null) return found;
  const made = emptyHome(randomUUID());
  writePrivateFile(file, JSON.stringify(made));
  return made;
}

function emptyHome(installation: string): HomeRecord {
  return { format: FORMAT, installation, current: null, local: null };
}

function accountOf(key: string, record: AccountRecord): HomeAccount {
  const { server, account, device, token, sealingKey } = record;
  return {
    key,
    server,
    account: { id: account.id as AccountId, email: account.email },
    device: { id: device.id as DeviceId, name: device.name },
    token,
    sealingKey,
  };
}
