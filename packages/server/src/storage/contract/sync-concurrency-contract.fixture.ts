/** What every store of the sync core must do when several are at it, and when something breaks in the middle. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredRow, SyncReader, SyncStore } from '../../sync/store.ts';
import {
  ACCOUNT,
  batch,
  commit,
  DEVICE,
  element,
  elementId,
  emptyWorkspace,
  EPOCH,
  ids,
  signal,
  STREAM,
  type SyncStoreUnderTest,
  tombstone,
  version,
  WORKSPACE,
} from './stories.fixture.ts';

const WRITERS = 32;
const COMMITS_EACH = 6;

export function syncConcurrencyContract(name: string, open: () => Promise<SyncStoreUnderTest>): void {
  describe(`the sync store in use by many: ${name}`, () => {
    let opened: SyncStoreUnderTest;
    let store: SyncStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
      await opened.addWorkspace(WORKSPACE, EPOCH);
    });

    afterEach(() => opened.close());

    it('reads one moment, whatever is committed meanwhile', async () => {
      await commit(store, () => [element(1), element(2, { parent: elementId(1) })]);
      const other = await opened.another();
      await store.read(WORKSPACE, async (reader) => {
        const before = await everything(reader);
        await commit(other, (head) => [
          element(2, { revision: head }),
          tombstone(1, head),
          element(3, { revision: head }),
        ]);
        expect(await everything(reader)).toEqual(before);
      });
      const after = await store.read(WORKSPACE, everything);
      expect(ids(after.rows)).toEqual([1, 2, 3]);
      expect(after.head).toBe(2);
    });

    it('gives 32 writers numbers without gaps, and a reader behind them misses none', async () => {
      const stores = [store, await opened.another()];
      const seen: number[] = [];
      let done = false;
      const follow = async (): Promise<void> => {
        let cursor = 0;
        for (;;) {
          const finished = done;
          const rows = await store.read(WORKSPACE, (reader) => reader.changedAbove(cursor, 5));
          seen.push(...rows.map(({ revision }) => revision));
          cursor = rows.at(-1)?.revision ?? cursor;
          if (finished && rows.length === 0) return;
        }
      };
      const write = async (writer: number): Promise<number[]> => {
        const heads: number[] = [];
        const own = stores[writer % stores.length] ?? store;
        for (let at = 0; at < COMMITS_EACH; at += 1) {
          heads.push(await commit(own, (head) => [element(head, { revision: head })]));
        }
        return heads;
      };
      const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))).finally(() => {
        done = true;
      });
      const [heads] = await Promise.all([writing, follow()]);
      const all = Array.from({ length: WRITERS * COMMITS_EACH }, (_, at) => at + 1);
      expect(heads.flat().sort((one, other) => one - other)).toEqual(all);
      expect(seen).toEqual(all);
      for (const own of heads) expect(own).toEqual(own.toSorted((one, other) => one - other));
    });

    it('lets a long reader be while others write', async () => {
      await commit(store, () => [element(1)]);
      const other = await opened.another();
      const started = signal();
      const mayEnd = signal();
      const long = store.read(WORKSPACE, async (reader) => {
        const first = await reader.workspace();
        started.fire();
        await mayEnd.fired;
        return [first?.head, (await reader.workspace())?.head, ids(await reader.elementsAfter(null, 100))];
      });
      await started.fired;
      for (let at = 0; at < 20; at += 1) await commit(other, (head) => [element(head, { revision: head })]);
      const fresh = await store.read(WORKSPACE, (reader) => reader.elementsAfter(null, 100));
      mayEnd.fire();
      expect(fresh.length).toBe(21);
      expect(await long).toEqual([1, 1, [1]]);
    });

    it('serves more readers than it has connections for', async () => {
      await commit(store, () => [element(1)]);
      const reads = Array.from({ length: 40 }, () => store.read(WORKSPACE, (reader) => reader.workspace()));
      expect((await Promise.all(reads)).map((row) => row?.head)).toEqual(reads.map(() => 1));
    });

    it('leaves nothing of a transaction that throws after its writes', async () => {
      await commit(store, () => [element(1)]);
      const before = await store.read(WORKSPACE, everything);
      const content = {
        rows: [tombstone(1, 2), element(2, { revision: 2 })],
        streams: [{ id: STREAM, device: DEVICE, account: ACCOUNT, settled: 1, have: 0, refused: [] }],
        outcomes: [{ stream: STREAM, n: 1, outcome: { kind: 'noop' } as const }],
        history: [version(1, 2)],
      };
      const failing = store.transact(WORKSPACE, async (transaction) => {
        await transaction.write(batch(emptyWorkspace({ head: 2, lives: [{ life: 'x', first: 1 }] }), content));
        throw new Error('the thread died here');
      });
      await expect(failing).rejects.toThrow('the thread died here');
      expect(await store.read(WORKSPACE, everything)).toEqual(before);
      expect(await commit(store, (head) => [element(2, { revision: head })])).toBe(2);
    });

    it('refuses a commit of a workspace that is not there', async () => {
      const failing = store.transact(elementId(77) as never, (transaction) =>
        transaction.write(batch(emptyWorkspace())),
      );
      await expect(failing).rejects.toThrow('has no row to write to');
    });

    it('never commits on the word of a membership that ended before', async () => {
      await opened.setMember(WORKSPACE, ACCOUNT, 'editor');
      await opened.setDevice(DEVICE, { account: ACCOUNT, email: 'ada@example.org', name: 'Desk', active: true });
      const other = await opened.another();
      const asked = signal();
      let ended = false;
      const committing = other.transact(WORKSPACE, async (transaction) => {
        const allowed = (await transaction.membership(ACCOUNT)) !== null && (await transaction.deviceActive(DEVICE));
        asked.fire();
        for (let at = 0; at < 20; at += 1) await transaction.rows([elementId(1)]);
        const row = await transaction.workspace();
        if (allowed && row !== null) await transaction.write(batch({ ...row, head: row.head + 1 }));
        return { allowed, ended };
      });
      await asked.fired;
      const ending = opened.setMember(WORKSPACE, ACCOUNT, null).then(() => {
        ended = true;
      });
      const result = await committing;
      await ending;
      expect(result.allowed && result.ended).toBe(false);
      const head = await store.read(WORKSPACE, async (reader) => (await reader.workspace())?.head);
      expect(head).toBe(result.allowed ? 1 : 0);
    });

    it('holds an element of 8 MB', async () => {
      const text = 'ü🙂"\\n\\\\{[,'.repeat(600_000).slice(0, 7_900_000).toWellFormed();
      const big = element(1, { data: JSON.stringify({ body: text }).slice(0, 8_300_000) });
      await commit(store, () => [big]);
      const [row] = await store.read(WORKSPACE, (reader) => reader.rows([elementId(1)]));
      expect(row?.gone === false && row.data === big.data).toBe(true);
    });

    it('reads a subtree of 10,000 elements', async () => {
      const folders = Array.from({ length: 100 }, (_, at) =>
        element(at + 1, { parent: at === 0 ? null : elementId(1) }),
      );
      const leaf = (folder: number, at: number): StoredRow =>
        element(folder * 1000 + at, { parent: elementId(folder), data: `{"name":"${'x'.repeat(200)}"}` });
      await commit(store, () => folders);
      for (let from = 1; from <= 100; from += 10) {
        const some = Array.from({ length: 10 }, (_, at) => from + at);
        await commit(store, () => some.flatMap((folder) => Array.from({ length: 100 }, (_, at) => leaf(folder, at))));
      }
      await store.read(WORKSPACE, async (reader) => {
        expect((await reader.withDescendants([elementId(1)])).length).toBe(10_100);
        expect((await reader.withDescendants([elementId(50)])).length).toBe(101);
        const leaves = await reader.withAncestors(Array.from({ length: 100 }, (_, at) => elementId((at + 1) * 1000)));
        expect(leaves.length).toBe(200);
      });
    });
  });
}

interface Everything {
  readonly head: number | undefined;
  readonly lives: number | undefined;
  readonly rows: readonly StoredRow[];
  readonly rest: unknown;
}

async function everything(reader: SyncReader): Promise<Everything> {
  const workspace = await reader.workspace();
  return {
    head: workspace?.head,
    lives: workspace?.lives.length,
    rows: await reader.changedAbove(0, 1000),
    rest: [
      await reader.children(null),
      await reader.tombstones(100),
      await reader.streams([STREAM]),
      await reader.outcomesAbove(STREAM, 0),
      await reader.history(elementId(1), 100),
    ],
  };
}
