import type { WorkspaceId } from '@waypost/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SqlAccountStore } from './account-store.ts';
import { proxyTo } from './contract/losing-proxy.fixture.ts';
import { installedPrograms, type PostgresServer, startPostgres } from './contract/postgres-server.fixture.ts';
import { sqlStoreUnderTest } from './contract/sql-store.fixture.ts';
import { plansOfReads } from './contract/plans.fixture.ts';
import {
  ACCOUNT,
  batch,
  commit,
  DEVICE,
  element,
  elementId,
  emptyWorkspace,
  EPOCH,
  signal,
  WORKSPACE,
} from './contract/stories.fixture.ts';
import type { Queries } from './database.ts';
import { migrate } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { isResultUnknown } from './storage-errors.ts';
import { SqlSyncStore } from './sync-store.ts';

describe('the PostgreSQL database', () => {
  let server: PostgresServer;
  let url: string;
  let database: PostgresDatabase;
  const opened: PostgresDatabase[] = [];

  beforeAll(async () => {
    server = await startPostgres(installedPrograms()[0]?.folder ?? '');
  });

  afterAll(() => server.stop());

  beforeEach(async () => {
    url = await server.createDatabase();
    database = openAt(url);
    await migrate(database, { at: 1 });
  });

  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  function openAt(address: string): PostgresDatabase {
    const one = new PostgresDatabase({ url: address });
    opened.push(one);
    return one;
  }

  const put = (key: string, value: string): ((queries: Queries) => Promise<number>) => {
    const sql =
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value';
    return (queries) => queries.run(sql, [key, value]);
  };
  const valueOf = async (key: string): Promise<unknown> => {
    const rows = await database.read((queries) => queries.rows('SELECT value FROM settings WHERE key = ?', [key]));
    return rows[0]?.['value'];
  };

  it('is migrated once by nodes that start together', async () => {
    const fresh = await server.createDatabase();
    const nodes = Array.from({ length: 4 }, () => openAt(fresh));
    await Promise.all(nodes.map((node) => migrate(node, { at: 2 })));
    const sql = 'SELECT number, at FROM migrations';
    expect(await openAt(fresh).read((queries) => queries.rows(sql, []))).toEqual(
      MIGRATIONS.map(({ number }) => ({ number, at: 2 })),
    );
  });

  it('runs a body again that was undone by a deadlock', async () => {
    await database.transact(put('a', '0'));
    await database.transact(put('b', '0'));
    const met = [signal(), signal()] as const;
    let runs = 0;
    const both = (first: string, second: string, mine: number): Promise<void> =>
      database.transact(async (queries) => {
        runs += 1;
        await put(first, String(mine))(queries);
        met[mine as 0 | 1].fire();
        await met[(1 - mine) as 0 | 1].fired;
        await put(second, String(mine))(queries);
      });
    await Promise.all([both('a', 'b', 0), both('b', 'a', 1)]);
    // Where both look for it at the same moment, it is found twice.
    expect(runs).toBeGreaterThan(2);
    expect(await valueOf('a')).toBe(await valueOf('b'));
  });

  it('knows that it does not know, when the reply to a commit is lost', async () => {
    const proxy = await proxyTo(url);
    const far = openAt(proxy.url);
    await far.transact(put('a', 'before'));
    proxy.loseNextCommit();
    const error: unknown = await far.transact(put('a', 'after')).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'storage-failed', retry: true });
    expect(isResultUnknown(error)).toBe(true);
    expect(await valueOf('a')).toBe('after');
    // The next one takes another connection.
    await far.transact(put('a', 'again'));
    expect(await valueOf('a')).toBe('again');
    await far.close();
    proxy.close();
  });

  it('fails in the middle without a commit when its connection is cut, and goes on with another', async () => {
    const error: unknown = await database
      .transact(async (queries) => {
        await put('a', 'x')(queries);
        const [row] = await queries.rows('SELECT pg_backend_pid() AS pid', []);
        await openAt(url).transact((other) =>
          other.rows('SELECT pg_terminate_backend(?::int)', [Number(row?.['pid'])]),
        );
        await queries.rows('SELECT 1', []);
      })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'storage-failed' });
    expect(isResultUnknown(error)).toBe(false);
    expect(await valueOf('a')).toBeUndefined();
  });

  it('takes another connection where idle ones were cut', async () => {
    await database.transact(put('a', 'x'));
    const cut =
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()';
    await openAt(url).transact((queries) => queries.rows(cut, []));
    await database.transact(put('a', 'y'));
    expect(await valueOf('a')).toBe('y');
  });

  it('commits nothing after a statement failed, even when the body goes on', async () => {
    const failing = database.transact(async (queries) => {
      await put('a', 'x')(queries);
      await queries.run('INSERT INTO nowhere VALUES (1)', []).catch(() => 0);
    });
    await expect(failing).rejects.toThrow('relation "nowhere" does not exist');
    expect(await valueOf('a')).toBeUndefined();
  });

  it('commits durably, also where the server is set not to', async () => {
    const name = new URL(url).pathname.slice(1);
    await database.transact((queries) => queries.run(`ALTER DATABASE ${name} SET synchronous_commit = off`, []));
    const sql = `SELECT current_setting('synchronous_commit') AS setting`;
    expect(await openAt(url).transact((queries) => queries.rows(sql, []))).toEqual([{ setting: 'on' }]);
  });

  it('says that it cannot be reached, or not be entered', async () => {
    const wrongPort = new URL(url);
    wrongPort.port = '1';
    const wrongPassword = new URL(url);
    wrongPassword.password = 'wrong';
    const wrongName = new URL(url);
    wrongName.pathname = '/none';
    for (const [address, sentence] of [
      [wrongPort, 'cannot be reached'],
      [wrongPassword, 'must not be written to by this process'],
      [wrongName, 'cannot be reached'],
    ] as const) {
      const failing = openAt(address.href).transact((queries) => queries.rows('SELECT 1', []));
      await expect(failing).rejects.toMatchObject({
        code: 'storage-failed',
        message: expect.stringContaining(`The PostgreSQL database ${sentence}`) as string,
      });
    }
  });

  it('lets a commit of a device finish before it is signed out, and none follow', async () => {
    const accounts = new SqlAccountStore(openAt(url));
    const under = sqlStoreUnderTest(
      database,
      async () => database,
      async () => {},
    );
    await under.addWorkspace(WORKSPACE, EPOCH);
    await under.setDevice(DEVICE, { account: ACCOUNT, email: 'ada@x.org', name: 'Desk', active: true });
    const order: string[] = [];
    const asked = signal();
    const committing = under.store.transact(WORKSPACE, async (transaction) => {
      expect(await transaction.deviceActive(DEVICE)).toBe(true);
      asked.fire();
      // Long enough for a sign-out that does not wait.
      for (let at = 0; at < 50; at += 1) await transaction.workspace();
      await transaction.write(batch(emptyWorkspace({ head: 1 })));
      order.push('written');
    });
    await asked.fired;
    const signingOut = accounts
      .signOut(ACCOUNT, [DEVICE], { erase: false, at: 2 })
      .then(() => order.push('signed out'));
    await Promise.all([committing, signingOut]);
    expect(order).toEqual(['written', 'signed out']);
    expect(await under.store.transact(WORKSPACE, (transaction) => transaction.deviceActive(DEVICE))).toBe(false);
  });

  it('lets one workspace commit while another is locked', async () => {
    const under = sqlStoreUnderTest(
      database,
      async () => database,
      async () => {},
    );
    const locked = 'locked' as WorkspaceId;
    await under.addWorkspace(WORKSPACE, EPOCH);
    await under.addWorkspace(locked, EPOCH);
    const store = new SqlSyncStore(database);
    const mayEnd = signal();
    const holding = store.transact(locked, () => mayEnd.fired);
    expect(await commit(store, (head) => [element(1, { revision: head })])).toBe(1);
    mayEnd.fire();
    await holding;
  });

  it('walks no whole table of elements for a read of sync', async () => {
    await sqlStoreUnderTest(
      database,
      async () => database,
      async () => {},
    ).addWorkspace(WORKSPACE, EPOCH);
    const store = new SqlSyncStore(database);
    for (let revision = 1; revision <= 40; revision += 1) {
      const rows = Array.from({ length: 100 }, (_, at) =>
        element(revision * 100 + at, { revision, parent: elementId(revision) }),
      );
      await commit(store, () => rows);
    }
    await database.transact((queries) => queries.run('ANALYZE', []));
    const plans = await database.read((queries) => plansOfReads(queries, 'postgres'));
    expect(plans.size).toBeGreaterThan(18);
    const steps = [...plans.values()].flat().map((step) => step.trim());
    expect(steps.filter((step) => /(Seq Scan on elements|Hash|Merge Join)/.test(step))).toEqual([]);
  });

  it('writes more rows at once than a statement has parameters', async () => {
    await sqlStoreUnderTest(
      database,
      async () => database,
      async () => {},
    ).addWorkspace(WORKSPACE, EPOCH);
    const store = new SqlSyncStore(database);
    await commit(store, () => Array.from({ length: 5_000 }, (_, at) => element(at)));
    expect((await store.read(WORKSPACE, (reader) => reader.elementsAfter(null, 10_000))).length).toBe(5_000);
  });
});
