/** What every store of the sync core must do, whatever it is made of. */
import type { AccountId, DeviceId, ElementId, StreamId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SyncStore } from '../../sync/store.ts';
import {
  ACCOUNT,
  batch,
  commit,
  conflict,
  conflictId,
  DEVICE,
  element,
  elementId,
  emptyWorkspace,
  EPOCH,
  ids,
  OTHER_WORKSPACE,
  STREAM,
  type SyncStoreUnderTest,
  tombstone,
  trashed,
  version,
  WORKSPACE,
} from './stories.fixture.ts';

export function syncStoreContract(name: string, open: () => Promise<SyncStoreUnderTest>): void {
  describe(`the sync store: ${name}`, () => {
    let opened: SyncStoreUnderTest;
    let store: SyncStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
      await opened.addWorkspace(WORKSPACE, EPOCH);
    });

    afterEach(() => opened.close());

    it('knows a new workspace as empty, and an unknown one as null', async () => {
      expect(await store.read(WORKSPACE, (reader) => reader.workspace())).toEqual(emptyWorkspace());
      expect(await store.read(OTHER_WORKSPACE, (reader) => reader.workspace())).toBeNull();
      expect(await store.workspaces()).toEqual([WORKSPACE]);
    });

    it('returns the workspace as it was written, its lives in order', async () => {
      const row = emptyWorkspace({
        head: Number.MAX_SAFE_INTEGER,
        floor: 2 ** 40,
        restored: 7,
        sum: { a: 0xffffffff, b: 1 },
        elements: 3,
        tombstones: 2,
        recovered: elementId(1),
        lives: [
          { life: 'z', first: 0 },
          { life: 'a', first: 2 ** 45 },
        ],
      });
      await store.transact(WORKSPACE, (transaction) => transaction.write(batch(row)));
      expect(await store.read(WORKSPACE, (reader) => reader.workspace())).toEqual(row);
      const fewer = { ...row, lives: row.lives.slice(1) };
      await store.transact(WORKSPACE, (transaction) => transaction.write(batch(fewer)));
      expect(await store.read(WORKSPACE, (reader) => reader.workspace())).toEqual(fewer);
    });

    it('returns elements, streams, outcomes, conflicts and history as they were written', async () => {
      const rich = element(1, {
        parent: elementId(9),
        data: '{"name":"\\u0000 \\ud800 \u2028 🙂","n":1.0,"big":12345678901234567890}',
        rows: { 'request.header': [{ id: 'r\u00001', order: 'a0' }] },
        origin: '{"item":"\\u0000"}',
        revision: 5,
        created: { revision: 2, author: null, old: 77 },
        stamps: { 'request.url': { revision: 5, author: DEVICE, old: 9 }, 'odd \u0000': { revision: 3, author: null } },
        shape: 3,
        trashed: trashed(5, 1700000000000),
      });
      const stream = { id: STREAM, device: DEVICE, account: ACCOUNT, settled: 9, have: 4, refused: [elementId(3)] };
      const outcome = { stream: STREAM, n: 8, outcome: { kind: 'rejected', code: 'depends' } } as const;
      const replaced = version(1, 5, { values: { 'odd \u0000': '"\\u0000"', '@created': null } });
      const content = {
        rows: [rich, tombstone(2, 4)],
        streams: [stream],
        outcomes: [outcome],
        conflicts: [conflict(1)],
        history: [replaced],
      };
      await store.transact(WORKSPACE, (transaction) => transaction.write(batch(emptyWorkspace({ head: 5 }), content)));
      await store.read(WORKSPACE, async (reader) => {
        expect(await reader.rows([elementId(1), elementId(2), elementId(404)])).toEqual([rich, tombstone(2, 4)]);
        expect(await reader.streams([STREAM, 'none' as StreamId])).toEqual([stream]);
        expect(await reader.outcomesAbove(STREAM, 7)).toEqual([outcome]);
        expect(await reader.outcomesAbove(STREAM, 8)).toEqual([]);
        expect(await reader.conflicts([conflictId(1), conflictId(2)])).toEqual([conflict(1)]);
        expect(await reader.history(elementId(1), 10)).toEqual([replaced]);
      });
      expect(await store.read(OTHER_WORKSPACE, (reader) => reader.rows([elementId(1)]))).toEqual([]);
    });

    it('keeps half a surrogate pair as the escape that means the same', async () => {
      await commit(store, () => [element(1, { data: '{"name":"\ud83d"}' })]);
      const [row] = await store.read(WORKSPACE, (reader) => reader.rows([elementId(1)]));
      expect(row?.gone === false && JSON.parse(row.data)).toEqual({ name: '\ud83d' });
    });

    it('replaces what has the same key', async () => {
      const stream = { id: STREAM, device: DEVICE, account: ACCOUNT, settled: 1, have: 0, refused: [] };
      const first = { rows: [element(1)], streams: [stream], conflicts: [conflict(1)] };
      const moved = element(1, { revision: 2, parent: elementId(5), data: '{}' });
      const second = {
        rows: [moved],
        streams: [{ ...stream, settled: 2 }],
        conflicts: [conflict(1, { closed: 'mine', revision: 9 })],
      };
      await store.transact(WORKSPACE, (transaction) => transaction.write(batch(emptyWorkspace(), first)));
      await store.transact(WORKSPACE, (transaction) => transaction.write(batch(emptyWorkspace(), second)));
      await store.read(WORKSPACE, async (reader) => {
        expect(await reader.rows([elementId(1)])).toEqual([moved]);
        expect(await reader.children(null)).toEqual([]);
        expect(await reader.children(elementId(5))).toEqual([moved]);
        expect(await reader.streams([STREAM])).toEqual(second.streams);
        expect(await reader.openConflicts([elementId(1)])).toEqual([]);
        expect(await reader.conflictsAbove(ACCOUNT, 8)).toEqual(second.conflicts);
      });
    });

    it('turns an element into its tombstone, back into an element, and forgets what is collected', async () => {
      await commit(store, (head) => [element(1, { revision: head })]);
      await commit(store, (head) => [tombstone(1, head)]);
      const read = (): Promise<unknown> => store.read(WORKSPACE, (reader) => reader.rows([elementId(1)]));
      expect(await read()).toEqual([tombstone(1, 2)]);
      expect(await store.read(WORKSPACE, (reader) => reader.children(null))).toEqual([]);
      await commit(store, (head) => [element(1, { revision: head })]);
      expect(await read()).toEqual([element(1, { revision: 3 })]);
      expect(await store.read(WORKSPACE, (reader) => reader.tombstones(9))).toEqual([]);
      await commit(store, (head) => [tombstone(1, head), tombstone(2, head)]);
      const collect = batch(emptyWorkspace({ head: 5 }), { collected: [elementId(1)] });
      await store.transact(WORKSPACE, (transaction) => transaction.write(collect));
      expect(await store.read(WORKSPACE, (reader) => reader.tombstones(9))).toEqual([tombstone(2, 4)]);
    });

    it('sees its own writes inside a transaction', async () => {
      await store.transact(WORKSPACE, async (transaction) => {
        await transaction.write(batch(emptyWorkspace({ head: 1 }), { rows: [element(1)] }));
        expect((await transaction.workspace())?.head).toBe(1);
        expect(ids(await transaction.children(null))).toEqual([1]);
        await transaction.write(batch(emptyWorkspace({ head: 2 }), { rows: [tombstone(1, 2)] }));
        expect(await transaction.rows([elementId(1)])).toEqual([tombstone(1, 2)]);
        await transaction.write(batch(emptyWorkspace({ head: 3 }), { rows: [element(1, { revision: 3 })] }));
        expect(await transaction.tombstones(1)).toEqual([]);
      });
    });

    it('finds everything above and below, deep as trees may be, each once', async () => {
      // A chain of 64, and beside it a child at each level.
      const chain = Array.from({ length: 64 }, (_, at) => element(at + 1, { parent: at === 0 ? null : elementId(at) }));
      const leaves = chain.map(({ id }, at) => element(101 + at, { parent: id, trashed: trashed(1, 1) }));
      await commit(store, () => [...chain, ...leaves, element(999)]);
      const numbers = (from: number, to: number): number[] =>
        Array.from({ length: to - from + 1 }, (_, at) => from + at);
      await store.read(WORKSPACE, async (reader) => {
        const above = await reader.withAncestors([elementId(164), elementId(163), elementId(404)]);
        expect(ids(above)).toEqual([...numbers(1, 64), 163, 164]);
        const below = await reader.withDescendants([elementId(33), elementId(34), elementId(404)]);
        expect(ids(below)).toEqual([...numbers(33, 64), ...numbers(133, 164)]);
        expect(ids(await reader.children(elementId(1)))).toEqual([2, 101]);
        expect(ids(await reader.children(null))).toEqual([1, 999]);
      });
    });

    it('names the tombstone that stands above or at the start, and what hangs below one', async () => {
      await commit(store, (head) => [element(1, { parent: elementId(2) }), tombstone(2, head)]);
      await store.read(WORKSPACE, async (reader) => {
        expect(await reader.withAncestors([elementId(1)])).toEqual([
          element(1, { parent: elementId(2) }),
          tombstone(2, 1),
        ]);
        expect(ids(await reader.withDescendants([elementId(2)]))).toEqual([1, 2]);
      });
    });

    it('pages what changed by whole revisions, tombstones among them', async () => {
      await commit(store, () => [1, 2, 3].map((number) => element(number, { revision: 1 })));
      await commit(store, () => [element(4, { revision: 2 }), tombstone(5, 2), element(6, { revision: 2 })]);
      await commit(store, () => [element(7, { revision: 3 })]);
      const page = async (above: number, limit: number): Promise<(readonly [ElementId, number])[]> => {
        const rows = await store.read(WORKSPACE, (reader) => reader.changedAbove(above, limit));
        return rows.map(({ id, revision }) => [id, revision] as const);
      };
      const [one, two, three] = [1, 2, 3].map((number) => [elementId(number), 1] as const);
      const second = [4, 5, 6].map((number) => [elementId(number), 2] as const);
      expect(await page(0, 1)).toEqual([one, two, three]);
      expect(await page(0, 3)).toEqual([one, two, three]);
      expect(await page(0, 4)).toEqual([one, two, three, ...second]);
      expect(await page(1, 2)).toEqual(second);
      expect(await page(1, 100)).toEqual([...second, [elementId(7), 3]]);
      expect(await page(3, 100)).toEqual([]);
    });

    it('pages elements by id without tombstones, and lists what is long in the trash', async () => {
      await commit(store, () => [
        element(3, { trashed: trashed(1, 30) }),
        element(1),
        tombstone(2, 1),
        element(4, { trashed: trashed(1, 10) }),
        element(5, { trashed: trashed(1, 50) }),
      ]);
      await store.read(WORKSPACE, async (reader) => {
        const numbersOf = (rows: readonly { id: ElementId }[]): number[] => rows.map(({ id }) => Number(id.slice(-12)));
        expect(numbersOf(await reader.elementsAfter(null, 2))).toEqual([1, 3]);
        expect(numbersOf(await reader.elementsAfter(elementId(3), 9))).toEqual([4, 5]);
        expect(numbersOf(await reader.trashedBefore(50, 9))).toEqual([4, 3]);
        expect(numbersOf(await reader.trashedBefore(50, 1))).toEqual([4]);
      });
    });

    it('shows an account its own conflicts in order, and everybody the open ones of an element', async () => {
      const mine = { account: ACCOUNT, device: DEVICE };
      const theirs = { account: 'another' as AccountId, device: DEVICE };
      const conflicts = [
        conflict(1, { mine, revision: 4 }),
        conflict(2, { mine, revision: 3, closed: 'theirs' }),
        conflict(3, { mine: theirs, revision: 5 }),
        conflict(4, { mine, revision: 2, element: elementId(2) }),
      ];
      await store.transact(WORKSPACE, (transaction) => transaction.write(batch(emptyWorkspace(), { conflicts })));
      await store.read(WORKSPACE, async (reader) => {
        const above = await reader.conflictsAbove(ACCOUNT, 2);
        expect(above.map(({ id }) => id)).toEqual([conflictId(2), conflictId(1)]);
        const open = await reader.openConflicts([elementId(1)]);
        expect(open.map(({ id }) => id)).toEqual([conflictId(1), conflictId(3)]);
      });
    });

    it('knows members and devices as they are, and names them', async () => {
      await opened.setMember(WORKSPACE, ACCOUNT, 'viewer');
      await opened.setDevice(DEVICE, { account: ACCOUNT, email: 'ada@example.org', name: 'Desk', active: true });
      const other = 'other' as DeviceId;
      await opened.setDevice(other, { account: ACCOUNT, email: 'ada@example.org', name: 'Old', active: false });
      await store.transact(WORKSPACE, async (transaction) => {
        expect(await transaction.membership(ACCOUNT)).toEqual({ role: 'viewer' });
        expect(await transaction.membership('nobody' as AccountId)).toBeNull();
        expect(await transaction.deviceActive(DEVICE)).toBe(true);
        expect(await transaction.deviceActive(other)).toBe(false);
        expect(await transaction.deviceActive('none' as DeviceId)).toBe(false);
        expect(await transaction.names([DEVICE, 'none' as DeviceId])).toEqual({
          [DEVICE]: { account: ACCOUNT, email: 'ada@example.org', device: 'Desk' },
        });
      });
      await opened.setMember(WORKSPACE, ACCOUNT, null);
      expect(await store.read(WORKSPACE, (reader) => reader.membership(ACCOUNT))).toBeNull();
    });

    it('forgets outcomes that the device holds, and no others', async () => {
      const outcomes = [1, 2, 3].map((n) => ({ stream: STREAM, n, outcome: { kind: 'merged' } as const }));
      await store.transact(WORKSPACE, (transaction) => transaction.write(batch(emptyWorkspace(), { outcomes })));
      await store.forgetOutcomes(WORKSPACE, STREAM, 2);
      const left = await store.read(WORKSPACE, (reader) => reader.outcomesAbove(STREAM, 0));
      expect(left).toEqual(outcomes.slice(2));
    });

    it('thins history from its old end only, and never what is undecided', async () => {
      const history = [
        version(1, 1, { at: 10, status: 'unmerged' }),
        version(1, 2, { at: 500 }),
        // A clock that stood wrong: older by its time, but not the oldest.
        version(1, 3, { at: 20 }),
        version(1, 4, { at: 600 }),
        version(2, 5, { at: 10, status: 'unmerged' }),
        version(2, 6, { at: 20 }),
      ];
      const content = { history, conflicts: [conflict(1, { element: elementId(1) })] };
      await store.transact(WORKSPACE, (transaction) => transaction.write(batch(emptyWorkspace(), content)));
      const revisions = (number: number): Promise<number[]> =>
        store.read(WORKSPACE, async (reader) => {
          return (await reader.history(elementId(number), 10)).map(({ revision }) => revision);
        });
      expect(await store.thinHistory(WORKSPACE, 10, 100)).toBe(2);
      expect(await revisions(1)).toEqual([4, 3, 2, 1]);
      expect(await revisions(2)).toEqual([]);
      expect(await store.thinHistory(WORKSPACE, 1, 100)).toBe(2);
      expect(await revisions(1)).toEqual([4, 1]);
    });
  });
}
