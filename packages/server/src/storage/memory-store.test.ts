import { describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  batch,
  commit,
  DEVICE,
  element,
  emptyWorkspace,
  EPOCH,
  OTHER_WORKSPACE,
  signal,
  type SyncStoreUnderTest,
  WORKSPACE,
} from './contract/stories.fixture.ts';
import { syncConcurrencyContract } from './contract/sync-concurrency-contract.fixture.ts';
import { syncStoreContract } from './contract/sync-store-contract.fixture.ts';
import { type FaultPoint, MemoryDatabase, type MemorySyncStore } from './memory-store.ts';
import { isResultUnknown } from './storage-errors.ts';

const open = async (): Promise<SyncStoreUnderTest> => {
  const database = new MemoryDatabase();
  const store = database.connect();
  return {
    store,
    another: async () => database.connect(),
    addWorkspace: async (id, epoch) => database.addWorkspace(id, epoch),
    setMember: async (workspace, account, role) => database.setMember(workspace, account, role),
    setDevice: async (id, device) => database.setDevice(id, device),
    close: async () => store.close(),
  };
};

syncStoreContract('memory', open);
syncConcurrencyContract('memory', open);

describe('the memory store under faults', () => {
  it('writes nothing when it fails before the commit, and everything when it fails after', async () => {
    const database = filled();
    let strike: FaultPoint | null = null;
    const store = database.connect((point) => {
      if (point === strike) throw new Error(`struck at ${point}`);
    });
    for (strike of ['before-transaction', 'before-write', 'before-commit'] as const) {
      const error: unknown = await add(store).catch((caught: unknown) => caught);
      expect(error).toEqual(new Error(`struck at ${strike}`));
      expect(headOf(database)).toBe(0);
    }
    strike = 'after-commit';
    const error: unknown = await add(store).catch((caught: unknown) => caught);
    expect(isResultUnknown(error)).toBe(true);
    expect(headOf(database)).toBe(1);
    strike = null;
    expect(await add(store)).toBe(2);
  });

  it('ends the transactions of a node that dies, without a commit, and gives its locks back', async () => {
    const database = filled();
    const node = database.connect();
    const inside = signal();
    const dying = node.transact(WORKSPACE, async (transaction) => {
      await transaction.write(batch(emptyWorkspace({ head: 1 }), { rows: [element(1)] }));
      inside.fire();
      return new Promise<never>(() => {});
    });
    await inside.fired;
    const waiting = add(database.connect());
    node.close();
    await expect(dying).rejects.toMatchObject({ code: 'storage-failed' });
    expect(await waiting).toBe(1);
    await expect(add(node)).rejects.toMatchObject({ code: 'storage-failed' });
    await expect(node.read(WORKSPACE, (reader) => reader.workspace())).rejects.toMatchObject({
      code: 'storage-failed',
    });
  });

  it('does not let a body that outlives its node commit', async () => {
    const database = filled();
    const node = database.connect();
    const inside = signal();
    const mayGoOn = signal();
    let late: Promise<unknown> = Promise.resolve();
    const dying = node.transact(WORKSPACE, async (transaction) => {
      inside.fire();
      await mayGoOn.fired;
      late = transaction.write(batch(emptyWorkspace({ head: 1 })));
      await late;
    });
    await inside.fired;
    node.close();
    await expect(dying).rejects.toMatchObject({ code: 'storage-failed' });
    mayGoOn.fire();
    await mayGoOn.fired;
    await expect(late).rejects.toThrow('after it had ended');
    expect(headOf(database)).toBe(0);
  });

  it('runs a body again when the device it asked about was signed out meanwhile', async () => {
    const database = filled();
    const device = { account: ACCOUNT, email: 'ada@example.org', name: 'Desk', active: true };
    database.setDevice(DEVICE, device);
    const answers: boolean[] = [];
    await database.connect().transact(WORKSPACE, async (transaction) => {
      const active = await transaction.deviceActive(DEVICE);
      answers.push(active);
      database.setDevice(DEVICE, { ...device, active: false });
      if (active) await transaction.write(batch(emptyWorkspace({ head: 1 })));
    });
    expect(answers).toEqual([true, false]);
    expect(headOf(database)).toBe(0);
  });

  it('is copied and put back as a whole, at any moment', async () => {
    const database = filled();
    database.setMember(WORKSPACE, ACCOUNT, 'editor');
    const store = database.connect();
    await add(store);
    const backup = database.content;
    await add(store);
    database.setMember(WORKSPACE, ACCOUNT, null);
    database.addWorkspace(OTHER_WORKSPACE, EPOCH);
    expect(headOf(database)).toBe(2);
    database.restore(backup);
    expect(headOf(database)).toBe(1);
    expect(await store.workspaces()).toEqual([WORKSPACE]);
    const rows = await store.read(WORKSPACE, (reader) => reader.changedAbove(0, 10));
    expect(rows.map(({ revision }) => revision)).toEqual([1]);
    expect(await store.read(WORKSPACE, (reader) => reader.membership(ACCOUNT))).toEqual({ role: 'editor' });
    expect(await add(store)).toBe(2);
  });

  it('ends a transaction that a restored backup overtook, and runs its body again', async () => {
    const database = filled();
    const store = database.connect();
    await add(store);
    const backup = database.content;
    await add(store);
    let runs = 0;
    const head = await store.transact(WORKSPACE, async (transaction) => {
      runs += 1;
      if (runs === 1) database.restore(backup);
      const row = await transaction.workspace();
      if (row === null) throw new Error('no workspace');
      await transaction.write(batch({ ...row, head: row.head + 1 }));
      return row.head + 1;
    });
    expect([runs, head, headOf(database)]).toEqual([2, 2, 2]);
  });

  it('lets one workspace be while another is locked', async () => {
    const database = filled();
    database.addWorkspace(OTHER_WORKSPACE, EPOCH);
    const store = database.connect();
    const mayEnd = signal();
    const locked = store.transact(OTHER_WORKSPACE, () => mayEnd.fired);
    expect(await add(store)).toBe(1);
    mayEnd.fire();
    await locked;
  });
});

function filled(): MemoryDatabase {
  const database = new MemoryDatabase();
  database.addWorkspace(WORKSPACE, EPOCH);
  return database;
}

function add(store: MemorySyncStore): Promise<number> {
  return commit(store, (head) => [element(head, { revision: head })]);
}

function headOf(database: MemoryDatabase): number | undefined {
  return database.content.workspaces.get(WORKSPACE)?.row.head;
}
