/**
 * What every DeviceStorage must do, whatever it is made of. Uses nothing of a platform, so that it runs in Node and in
 * a browser alike.
 */
import type { StreamId, WorkspaceId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Collection,
  DEVICE,
  type DeviceStorage,
  nextNumberKey,
  outboxKey,
  type StorageBatch,
  type StorageWrite,
} from '../engine/ports.ts';

export interface TestStore {
  /** A handle on the store, as another tab or process would have it; the first one makes it. */
  open(): Promise<DeviceStorage>;
  /** A handle on a disk with room for a few hundred kilobytes more, where the adapter can be brought there. */
  openAlmostFull?(): Promise<DeviceStorage>;
  /** Whether anything of the store is left. */
  exists(): Promise<boolean>;
  /** Removes what the test left. */
  dispose(): Promise<void>;
  /** How many records at once a large workspace is tried with, where 20,000 would take the tests too long. */
  readonly recordsMax?: number;
}

const WORKSPACE = 'aaaaaaaa-0000-4000-8000-000000000001' as WorkspaceId;
const OTHER_WORKSPACE = 'aaaaaaaa-0000-4000-8000-000000000002' as WorkspaceId;
const STREAM = 'bbbbbbbb-0000-4000-8000-000000000001' as StreamId;
const OTHER_STREAM = 'bbbbbbbb-0000-4000-8000-000000000002' as StreamId;
const SPACES: readonly (WorkspaceId | typeof DEVICE)[] = [WORKSPACE, OTHER_WORKSPACE, DEVICE];
const COLLECTIONS: readonly Collection[] = ['state', 'outbox', 'elements', 'conflicts', 'local', 'log'];

export function describeStorage(name: string, makeStore: () => Promise<TestStore>): void {
  describe(`${name} as a device's store`, () => {
    let store: TestStore;
    let storage: DeviceStorage;

    beforeEach(async () => {
      store = await makeStore();
      storage = await store.open();
    });
    afterEach(async () => {
      await storage.close();
      await store.dispose();
    });

    describe('records', () => {
      it('are read back by collection, workspace and key, and are apart from each other', async () => {
        const places = COLLECTIONS.flatMap((to) => SPACES.map((workspace) => ({ to, workspace })));
        await write(
          storage,
          places.map(({ to, workspace }) => ({ to, workspace, key: 'key', value: `${to} of ${workspace}` })),
        );
        for (const { to, workspace } of places) {
          expect(await storage.scan(to, workspace)).toEqual([{ key: 'key', value: `${to} of ${workspace}` }]);
        }
      });

      it('are replaced by a later write and removed by null', async () => {
        await write(storage, [put('a', '1'), put('b', '1')]);
        await write(storage, [put('a', '2'), put('b', null), put('never there', null)]);
        expect(await storage.scan('elements', WORKSPACE)).toEqual([{ key: 'a', value: '2' }]);
      });

      it('take the writes of a batch in their order', async () => {
        await write(storage, [
          put('a', '1'),
          put('a', '2'),
          put('a', null),
          put('a', '3'),
          put('b', '1'),
          put('b', null),
        ]);
        expect(await storage.scan('elements', WORKSPACE)).toEqual([{ key: 'a', value: '3' }]);
      });

      it('are scanned in the order of UTF-16 units', async () => {
        const keys = ['b', 'a/2', 'a/10', 'a', 'Z', '\uFFFD', '\u{1F600}', '\uE000', 'é', ''];
        await write(
          storage,
          keys.map((key) => put(key, key)),
        );
        expect((await storage.scan('elements', WORKSPACE)).map(({ key }) => key)).toEqual([...keys].sort());
      });

      it('are got by key; absent and repeated keys do no harm', async () => {
        await write(storage, [put('a', '1'), put('b', '2'), put('c', '3')]);
        const found = await storage.get('elements', WORKSPACE, ['c', 'nowhere', 'a', 'a']);
        expect([...found].sort((x, y) => (x.key < y.key ? -1 : 1))).toEqual([
          { key: 'a', value: '1' },
          { key: 'c', value: '3' },
        ]);
        expect(await storage.get('elements', OTHER_WORKSPACE, ['a'])).toEqual([]);
      });

      it('go with a clear of their collection and workspace, and no others do', async () => {
        await write(storage, [
          put('a', '1'),
          put('b', '2'),
          { ...put('a', '3'), workspace: OTHER_WORKSPACE },
          { ...put('a', '4'), to: 'local' },
        ]);
        await write(storage, [
          put('before', '5'),
          { to: 'elements', workspace: WORKSPACE, clear: true },
          put('after', '6'),
        ]);
        expect(await storage.scan('elements', WORKSPACE)).toEqual([{ key: 'after', value: '6' }]);
        expect(await storage.scan('elements', OTHER_WORKSPACE)).toEqual([{ key: 'a', value: '3' }]);
        expect(await storage.scan('local', WORKSPACE)).toEqual([{ key: 'a', value: '4' }]);
      });

      it('keep unusual text as it is', async () => {
        const texts = [
          '',
          '\0',
          'a\0b',
          '\u2028\u2029',
          '\u{1F469}\u200D\u{1F4BB}',
          'e\u0301',
          '\r\n',
          '\uFEFF',
          '"\'\\%_',
        ];
        await write(
          storage,
          texts.map((text) => put(`key ${text}`, `value ${text}`)),
        );
        const scanned = await storage.scan('elements', WORKSPACE);
        expect(scanned).toEqual(
          texts
            .map((text) => ({ key: `key ${text}`, value: `value ${text}` }))
            .sort((a, b) => (a.key < b.key ? -1 : 1)),
        );
        expect(await storage.get('elements', WORKSPACE, ['key \0'])).toEqual([{ key: 'key \0', value: 'value \0' }]);
      });

      it('may be as large as the largest element, and as many as a large workspace has', async () => {
        const large = 'ä'.repeat(8 * 1024 * 1024);
        await write(storage, [put('large', large)]);
        expect((await storage.get('elements', WORKSPACE, ['large']))[0]?.value === large).toBe(true);
        const { recordsMax = 20_000 } = store;
        const many = Array.from({ length: recordsMax }, (_, index) =>
          put(`many/${String(index).padStart(5, '0')}`, `value ${index}`),
        );
        await write(storage, many);
        const scanned = await storage.scan('elements', WORKSPACE);
        expect(scanned).toHaveLength(recordsMax + 1);
        const last = String(recordsMax - 1).padStart(5, '0');
        expect(scanned.at(-1)).toEqual({ key: `many/${last}`, value: `value ${recordsMax - 1}` });
      });
    });

    describe('a batch', () => {
      it('is refused whole when one record is not as expected, and written when all are', async () => {
        await write(storage, [put('a', '1')]);
        const attempt = (expected: StorageBatch['expect']) =>
          storage.commit(
            { writes: [put('a', '2')], append: [entry('change')], ...(expected && { expect: expected }) },
            'strict',
          );
        const a = { from: 'elements', workspace: WORKSPACE, key: 'a' } as const;
        const b = { from: 'elements', workspace: WORKSPACE, key: 'b' } as const;

        expect(await attempt([{ ...a, value: '0' }])).toEqual({ kind: 'refused' });
        expect(await attempt([{ ...a, value: null }])).toEqual({ kind: 'refused' });
        expect(
          await attempt([
            { ...a, value: '1' },
            { ...b, value: '1' },
          ]),
        ).toEqual({ kind: 'refused' });
        expect(await storage.scan('elements', WORKSPACE)).toEqual([{ key: 'a', value: '1' }]);
        expect(await storage.scan('outbox', WORKSPACE)).toEqual([]);

        expect(
          await attempt([
            { ...a, value: '1' },
            { ...b, value: null },
          ]),
        ).toEqual({ kind: 'written', numbers: [1] });
        expect(await storage.scan('elements', WORKSPACE)).toEqual([{ key: 'a', value: '2' }]);
      });

      it('sees what earlier batches wrote, also when nobody waited for them', async () => {
        const raise = (from: string | null, to: string) =>
          storage.commit(
            {
              writes: [put('counter', to)],
              expect: [{ from: 'elements', workspace: WORKSPACE, key: 'counter', value: from }],
            },
            'relaxed',
          );
        const receipts = await Promise.all([raise(null, '1'), raise('1', '2'), raise('1', 'lost'), raise('2', '3')]);
        expect(receipts.map(({ kind }) => kind)).toEqual(['written', 'written', 'refused', 'written']);
        expect(await storage.scan('elements', WORKSPACE)).toEqual([{ key: 'counter', value: '3' }]);
      });

      it('may be empty', async () => {
        expect(await storage.commit({ writes: [] }, 'strict')).toEqual({ kind: 'written', numbers: [] });
      });

      it('is wholly seen or not at all by another handle', async () => {
        const other = await store.open();
        const writing = storage.commit(
          { writes: Array.from({ length: 500 }, (_, index) => put(`key ${index}`, 'value')) },
          'strict',
        );
        const seen: number[] = [];
        while (seen.at(-1) !== 500) {
          seen.push((await other.scan('elements', WORKSPACE)).length);
          await Promise.race([writing, nextTurn()]);
        }
        expect(seen.filter((count) => count !== 0 && count !== 500)).toEqual([]);
        await other.close();
      });
    });

    describe('appended changes', () => {
      it('are numbered from 1 in each stream, in the order of the batch', async () => {
        const receipt = await storage.commit(
          {
            writes: [],
            append: [
              entry('one'),
              entry('other one', OTHER_STREAM),
              entry('two'),
              { ...entry('elsewhere'), workspace: OTHER_WORKSPACE },
            ],
          },
          'strict',
        );
        expect(receipt).toEqual({ kind: 'written', numbers: [1, 1, 2, 1] });
        expect(await storage.scan('outbox', WORKSPACE)).toEqual([
          { key: outboxKey(STREAM, 1), value: 'one' },
          { key: outboxKey(STREAM, 2), value: 'two' },
          { key: outboxKey(OTHER_STREAM, 1), value: 'other one' },
        ]);
        expect(await storage.scan('state', WORKSPACE)).toEqual([
          { key: nextNumberKey(STREAM), value: '3' },
          { key: nextNumberKey(OTHER_STREAM), value: '2' },
        ]);
      });

      it('go on from the number that the state names, also when the same batch writes it', async () => {
        await storage.commit(
          {
            writes: [{ to: 'state', workspace: WORKSPACE, key: nextNumberKey(STREAM), value: '41' }],
            append: [entry('x')],
          },
          'strict',
        );
        expect(await storage.commit({ writes: [], append: [entry('y')] }, 'strict')).toEqual({
          kind: 'written',
          numbers: [42],
        });
      });

      it('never get a number twice, also after their entries were removed', async () => {
        await storage.commit({ writes: [], append: [entry('x')] }, 'strict');
        await write(storage, [{ to: 'outbox', workspace: WORKSPACE, key: outboxKey(STREAM, 1), value: null }]);
        expect(await storage.commit({ writes: [], append: [entry('y')] }, 'strict')).toEqual({
          kind: 'written',
          numbers: [2],
        });
      });

      it('get one row of numbers from any number of handles at once', async () => {
        const handles = [storage, await store.open(), await store.open()];
        const receipts = await Promise.all(
          Array.from({ length: 60 }, async (_, index) =>
            (handles[index % 3] as DeviceStorage).commit({ writes: [], append: [entry(`${index}`)] }, 'strict'),
          ),
        );
        const numbers = receipts.flatMap((receipt) => (receipt.kind === 'written' ? receipt.numbers : []));
        expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
        expect(await storage.scan('outbox', WORKSPACE)).toHaveLength(60);
        for (const handle of handles.slice(1)) await handle.close();
      });
    });

    describe('pages', () => {
      it('are kept byte by byte and got by number', async () => {
        const pages = [bytes(3, 1), bytes(2 * 1024 * 1024, 7), bytes(0, 0)];
        await write(storage, [{ to: 'pages', workspace: WORKSPACE, pages }]);
        const found = await storage.pages(WORKSPACE, [2, 0, 1, 99]);
        expect([...found.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
        for (const [number, page] of pages.entries()) expect(sameBytes(found.get(number), page)).toBe(true);
        expect(await storage.pages(OTHER_WORKSPACE, [0])).toEqual(new Map());
      });

      it('are replaced as a whole, and removed by null', async () => {
        await write(storage, [{ to: 'pages', workspace: WORKSPACE, pages: [bytes(1, 1), bytes(1, 2), bytes(1, 3)] }]);
        await write(storage, [{ to: 'pages', workspace: WORKSPACE, pages: [bytes(1, 9)] }]);
        const found = await storage.pages(WORKSPACE, [0, 1, 2]);
        expect([...found].map(([number, page]) => [number, ...page])).toEqual([[0, 9]]);
        await write(storage, [{ to: 'pages', workspace: WORKSPACE, pages: null }]);
        expect(await storage.pages(WORKSPACE, [0])).toEqual(new Map());
      });
    });

    describe('other handles', () => {
      it('see what was committed at their next look', async () => {
        const other = await store.open();
        await write(storage, [put('a', '1')]);
        expect(await other.scan('elements', WORKSPACE)).toEqual([{ key: 'a', value: '1' }]);
        await other.close();
      });

      it('are told of commits, and not of their own; nobody is told after stopping', async () => {
        const other = await store.open();
        const toldHere = vi.fn<() => void>();
        const toldThere = vi.fn<() => void>();
        const stopHere = storage.watch(toldHere);
        const stopThere = other.watch(toldThere);
        await write(storage, [put('a', '1')]);
        await vi.waitFor(() => expect(toldThere).toHaveBeenCalled());
        expect(toldHere).not.toHaveBeenCalled();

        stopThere();
        const count = toldThere.mock.calls.length;
        await write(other, [put('a', '2')]);
        await vi.waitFor(() => expect(toldHere).toHaveBeenCalled());
        await write(storage, [put('a', '3')]);
        stopHere();
        expect(toldThere).toHaveBeenCalledTimes(count);
        await other.close();
      });
    });

    describe('closing and erasing', () => {
      it('a store that was closed opens with all it held', async () => {
        await storage.commit(
          {
            writes: [put('a', '1'), { to: 'pages', workspace: WORKSPACE, pages: [bytes(2, 5)] }],
            append: [entry('x')],
          },
          'relaxed',
        );
        await storage.close();
        storage = await store.open();
        expect(await storage.scan('elements', WORKSPACE)).toEqual([{ key: 'a', value: '1' }]);
        expect(sameBytes((await storage.pages(WORKSPACE, [0])).get(0), bytes(2, 5))).toBe(true);
        expect(await storage.commit({ writes: [], append: [entry('y')] }, 'strict')).toEqual({
          kind: 'written',
          numbers: [2],
        });
      });

      it('a commit that nobody waited for before closing is kept, or says that it is not', async () => {
        const [committing] = await Promise.allSettled([
          storage.commit({ writes: [put('a', '1')] }, 'strict'),
          storage.close(),
        ]);
        storage = await store.open();
        const kept = committing.status === 'fulfilled' ? [{ key: 'a', value: '1' }] : [];
        expect(await storage.scan('elements', WORKSPACE)).toEqual(kept);
      });

      it('a closed handle refuses to work, and closing twice does no harm', async () => {
        await storage.close();
        await storage.close();
        await expect(write(storage, [put('a', '1')])).rejects.toMatchObject({ code: 'storage-failed' });
        await expect(storage.scan('elements', WORKSPACE)).rejects.toMatchObject({ code: 'storage-failed' });
      });

      it('erasing leaves nothing, and every other handle is told and refuses to work', async () => {
        const other = await store.open();
        const told = vi.fn<() => void>();
        other.watch(told);
        await write(storage, [put('a', '1'), { to: 'pages', workspace: WORKSPACE, pages: [bytes(100, 1)] }]);
        await storage.erase();
        expect(await store.exists()).toBe(false);
        await vi.waitFor(() => expect(told).toHaveBeenCalled());
        await expect(write(other, [put('b', '1')])).rejects.toMatchObject({ code: 'signed-out' });
        await expect(other.scan('elements', WORKSPACE)).rejects.toMatchObject({ code: 'signed-out' });
        await expect(write(storage, [put('b', '1')])).rejects.toMatchObject({ name: 'WaypostError' });
        await other.close();
        expect(await store.exists()).toBe(false);
      });

      it('a store made where one was erased begins with nothing', async () => {
        await write(storage, [put('a', '1')]);
        await storage.erase();
        storage = await store.open();
        expect(await storage.scan('elements', WORKSPACE)).toEqual([]);
        await write(storage, [put('b', '1')]);
        expect(await storage.scan('elements', WORKSPACE)).toEqual([{ key: 'b', value: '1' }]);
      });
    });

    describe('a full disk', () => {
      it('refuses the batch whole with storage-full, keeps the rest, and takes smaller ones', async () => {
        if (store.openAlmostFull === undefined) return;
        const full = await store.openAlmostFull();
        await write(full, [put('before', '1')]);
        const results = await Promise.allSettled([
          full.commit({ writes: [put('small', '2')] }, 'strict'),
          full.commit(
            { writes: [put('part of it', '3'), put('large', 'x'.repeat(4 * 1024 * 1024))], append: [entry('x')] },
            'strict',
          ),
          full.commit({ writes: [put('small too', '4')] }, 'strict'),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(results[1]).toMatchObject({ reason: { code: 'storage-full' } });
        expect(await full.scan('elements', WORKSPACE)).toEqual([
          { key: 'before', value: '1' },
          { key: 'small', value: '2' },
          { key: 'small too', value: '4' },
        ]);
        expect(await full.scan('outbox', WORKSPACE)).toEqual([]);
        await full.close();
      });
    });
  });
}

function put(
  key: string,
  value: string | null,
): { to: Collection; workspace: WorkspaceId; key: string; value: string | null } {
  return { to: 'elements', workspace: WORKSPACE, key, value };
}

function entry(value: string, stream = STREAM): { workspace: WorkspaceId; stream: StreamId; value: string } {
  return { workspace: WORKSPACE, stream, value };
}

async function write(storage: DeviceStorage, writes: readonly StorageWrite[]): Promise<void> {
  await storage.commit({ writes }, 'strict');
}

function bytes(count: number, value: number): Uint8Array {
  return new Uint8Array(count).fill(value);
}

/** Much faster than comparing element by element in the assertion. */
function sameBytes(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length && a.every((value, index) => value === b[index]);
}

async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
}
