/** The SQL store as the contract suites want it, over any database that is migrated and empty. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../database.ts';
import { SqlSyncStore } from '../sync-store.ts';
import { lockWorkspace } from '../workspaces.ts';
import type { SyncStoreUnderTest } from './stories.fixture.ts';

export function sqlStoreUnderTest(
  database: Database,
  openAnother: () => Promise<Database>,
  cleanUp: () => Promise<void>,
): SyncStoreUnderTest {
  const databases = [database];
  const run = (sql: string, parameters: readonly (string | number | null)[]): Promise<unknown> =>
    database.transact((queries) => queries.run(sql, parameters));
  return {
    store: new SqlSyncStore(database),
    another: async () => {
      const other = await openAnother();
      databases.push(other);
      return new SqlSyncStore(other);
    },
    addWorkspace: async (id, epoch) => {
      await run(
        `INSERT INTO workspaces (id, name, kind, owner, epoch, restored, head, floor, sum_a, sum_b, elements,
          tombstones, recovered) VALUES (?, 'Work', 'team', 'nobody', ?, 0, 0, 0, 0, 0, 0, 0, NULL)`,
        [id, epoch],
      );
    },
    // As SqlAccountStore does it, but for accounts that nobody made and workspaces that nobody administers.
    setMember: async (workspace, account, role) => {
      await database.transact(async (queries) => {
        await lockWorkspace(queries, database.dialect, workspace);
        await queries.run('DELETE FROM members WHERE workspace = ? AND account = ?', [workspace, account]);
        if (role === null) return;
        await queries.run('INSERT INTO members (workspace, account, role) VALUES (?, ?, ?)', [
          workspace,
          account,
          role,
        ]);
      });
    },
    setDevice: async (id, { account, email, name, active }) => {
      await run(
        `INSERT INTO accounts (id, email, password_hash, administrator, created_at, sealing_public, sealing_private)
          VALUES (?, ?, '', 0, 0, '', '') ON CONFLICT (id) DO NOTHING`,
        [account, email],
      );
      await run('DELETE FROM devices WHERE id = ?', [id]);
      await run(
        `INSERT INTO devices (id, account, installation, name, kind, created_at, last_seen_at, pending, signed_out_at,
          erase) VALUES (?, ?, ?, ?, 'cli', 0, 0, 0, ?, 0)`,
        [id, account, randomBytes(8).toString('hex'), name, active ? null : 1],
      );
    },
    close: async () => {
      for (const one of databases) await one.close();
      await cleanUp();
    },
  };
}
