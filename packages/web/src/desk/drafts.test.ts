import { randomUUID } from 'node:crypto';
import { type Device, openDevice } from '@waypost/client';
import { MemoryDisk } from '@waypost/client/memory';
import { newElementData, readPath, schemas } from '@waypost/model';
import { type ElementId, orderBetween, printJson, stringOf, type WorkspaceId } from '@waypost/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Drafts, type DraftState } from './drafts.ts';
import { Elements } from './elements.ts';
import type { LeftBehind } from './left-behind.ts';

const WORKSPACE = randomUUID() as WorkspaceId;
const ME = { account: randomUUID(), device: randomUUID() } as Parameters<typeof openDevice>[0]['me'];

describe('a draft', () => {
  let disk: MemoryDisk;
  let tab: Tab;

  beforeEach(async () => {
    disk = new MemoryDisk();
    await disk.open().commit(
      {
        writes: [
          {
            to: 'state',
            workspace: 'device',
            key: 'workspaces',
            value: JSON.stringify([{ id: WORKSPACE, name: 'Mine', kind: 'personal', role: 'administrator' }]),
          },
        ],
      },
      'strict',
    );
    tab = await Tab.open(disk);
  });
  afterEach(() => tab.close());

  it('of a new element stands nowhere until somebody says where', async () => {
    const id = tab.drafts.begin('request', { parent: null, name: 'Users' });
    tab.edit(id, 'request.url.raw', 'https://api.test/users');
    expect(await tab.drafts.save(id)).toEqual({ kind: 'needs-place' });
    expect(tab.elements.list(null)).toEqual([]);
    expect(await tab.drafts.save(id, { place: null })).toEqual({ kind: 'saved' });
    expect(await tab.saved(id, 'request.url.raw')).toBe('https://api.test/users');
    expect(tab.state(id)).toMatchObject({ isNew: false, isDirty: false });
    expect(tab.drafts.dirty.size).toBe(0);
  });

  it('that cannot be read keeps none of the others from being opened, and is kept', async () => {
    const [odd, newer] = [await tab.make('Odd'), await tab.make('Newer')];
    const good = await tab.make('Good');
    tab.edit(good, 'name', 'Better');
    await tab.drafts.flush();
    await tab.device.local.put(WORKSPACE, `draft/${odd}`, '{"format":1,"ki');
    await tab.device.local.put(WORKSPACE, `draft/${newer}`, '{"format":2}');
    await tab.close();

    tab = await Tab.open(disk);
    expect(tab.drafts.dirty).toEqual(new Set([good]));
    expect(tab.drafts.unread).toBe(2);
    await tab.show(odd);
    tab.edit(odd, 'name', 'Even');
    await tab.drafts.flush();
    const kept = new Map((await tab.device.local.all(WORKSPACE)).map(({ key, value }) => [key, value]));
    expect(kept.get(`unread/draft/${odd}`)).toBe('{"format":1,"ki');
    expect(kept.get(`draft/${newer}`)).toBe('{"format":2}');
    expect(kept.get(`draft/${odd}`)).toContain('Even');
  });

  it('is there again after the page was gone', async () => {
    const id = await tab.make('Users');
    tab.edit(id, 'name', 'People');
    const fresh = tab.drafts.begin('request', { parent: null, name: 'Unsaved' });
    await tab.close();

    tab = await Tab.open(disk);
    expect(tab.drafts.dirty).toEqual(new Set([id, fresh]));
    await tab.show(id);
    expect(tab.text(id, 'name')).toBe('People');
    await tab.show(fresh);
    expect(tab.text(fresh, 'name')).toBe('Unsaved');
    expect(await tab.saved(id, 'name')).toBe('Users');
  });

  it('is there again although the page was gone before the disk had it', async () => {
    const id = await tab.make('Users');
    const behind = new Map<string, string | null>();
    const left = {
      leave: (records: ReadonlyMap<string, string | null>) => records.forEach((text, key) => behind.set(key, text)),
      take: () => {
        const taken = new Map(behind);
        behind.clear();
        return taken;
      },
      watch: () => () => undefined,
    };
    const page = await Tab.open(disk, left);
    await page.show(id);
    page.edit(id, 'name', 'People');
    page.drafts.leave();
    expect(behind.size).toBe(1);

    // Nothing of that page reached the disk: another one comes.
    const next = await Tab.open(disk, left);
    expect(behind.size).toBe(0);
    expect(next.drafts.dirty).toEqual(new Set([id]));
    await next.show(id);
    expect(next.text(id, 'name')).toBe('People');
    await page.close();
    await next.close();
  });

  it('that is on the disk is not left behind', async () => {
    const id = await tab.make('Users');
    const left: string[] = [];
    const page = await Tab.open(disk, {
      leave: (records) => left.push(...records.keys()),
      take: () => new Map(),
      watch: () => () => undefined,
    });
    await page.show(id);
    page.edit(id, 'name', 'People');
    await page.drafts.flush();
    page.drafts.leave();
    expect(left).toEqual([]);
    await page.close();
  });

  it('that says what is there already is none', async () => {
    const id = await tab.make('Users');
    tab.edit(id, 'name', 'People');
    expect(tab.state(id)?.isDirty).toBe(true);
    tab.edit(id, 'name', 'Users');
    expect(tab.state(id)?.isDirty).toBe(false);
    expect(await tab.drafts.save(id)).toEqual({ kind: 'nothing' });
  });

  it('shows at once what is changed below it in other fields, and saves over it without asking', async () => {
    const id = await tab.make('Users');
    tab.edit(id, 'name', 'People');
    await tab.device.change([{ do: 'set', id, fields: [{ group: 'request.method', value: '"POST"' }] }], WORKSPACE);
    await tab.idle();
    expect([tab.text(id, 'name'), tab.text(id, 'request.method')]).toEqual(['People', 'POST']);
    expect(await tab.drafts.save(id)).toEqual({ kind: 'saved' });
    expect([await tab.saved(id, 'name'), await tab.saved(id, 'request.method')]).toEqual(['People', 'POST']);
  });

  it('is shared by the tabs of one browser, where the last keystroke counts', async () => {
    const id = await tab.make('Users');
    const other = await Tab.open(disk);
    await other.show(id);
    tab.edit(id, 'name', 'People');
    await tab.drafts.flush();
    await until(() => other.text(id, 'name') === 'People');
    expect(other.state(id)).toMatchObject({ isDirty: true, contested: [] });
    expect(await other.drafts.save(id)).toEqual({ kind: 'saved' });
    await until(() => tab.state(id)?.isDirty === false);
    expect(tab.text(id, 'name')).toBe('People');
    await other.close();
  });

  it('outlives the deletion of its element, and says so', async () => {
    const id = await tab.make('Users');
    tab.edit(id, 'name', 'People');
    await tab.device.change([{ do: 'delete', id }], WORKSPACE);
    await tab.idle();
    expect(tab.state(id)).toMatchObject({ isDeleted: true, isDirty: true });
    expect(await tab.drafts.save(id)).toEqual({ kind: 'deleted-elsewhere' });
    expect(tab.text(id, 'name')).toBe('People');
  });

  it('of something that was deleted is there in a window that opens later, too', async () => {
    const id = await tab.make('Users');
    tab.edit(id, 'name', 'People');
    await tab.device.change([{ do: 'delete', id }], WORKSPACE);
    await tab.drafts.flush();
    const later = await Tab.open(disk);
    await later.show(id);
    expect(later.state(id)).toMatchObject({ kind: 'request', isDeleted: true, isDirty: true });
    expect(later.text(id, 'name')).toBe('People');
    later.edit(id, 'request.method', 'POST');
    expect([later.text(id, 'name'), later.text(id, 'request.method')]).toEqual(['People', 'POST']);
    expect(await later.drafts.save(id)).toEqual({ kind: 'deleted-elsewhere' });
    await later.close();
  });

  it('keeps what was typed while the disk was writing', async () => {
    const id = await tab.make('Users');
    tab.edit(id, 'name', 'People');
    const saving = tab.drafts.save(id);
    await Promise.resolve();
    tab.edit(id, 'request.method', 'POST');
    await saving;
    expect(await tab.saved(id, 'name')).toBe('People');
    expect(tab.text(id, 'request.method')).toBe('POST');
    expect(tab.state(id)?.isDirty).toBe(true);
  });
});

/** One tab of a browser, with its editors. */
class Tab {
  readonly device: Device;
  readonly elements: Elements;
  readonly drafts: Drafts;
  readonly #stops: (() => void)[] = [];

  private constructor(device: Device, elements: Elements, drafts: Drafts) {
    this.device = device;
    this.elements = elements;
    this.drafts = drafts;
  }

  static async open(disk: MemoryDisk, left?: LeftBehind): Promise<Tab> {
    const unreachable = () => Promise.reject(new Error('There is no server here.'));
    const device = await openDevice({
      ...{ storage: disk.open(), schemas, me: ME, leadership: disk.leadership(), transports: [], token: unreachable },
      clock: { now: () => 0 },
      chance: { bytes: (count) => crypto.getRandomValues(new Uint8Array(count)), number: () => 0.5 },
      scheduler: {
        after: (ms, run) => {
          const timer = setTimeout(run, ms);
          return () => clearTimeout(timer);
        },
      },
      fetcher: { get: unreachable, post: unreachable },
      compression: { gunzip: unreachable, gzip: unreachable, sha256: unreachable },
    });
    const elements = new Elements(device, WORKSPACE);
    const channel = 'waypost/test';
    const unkept = (error: unknown) => expect.unreachable(String(error));
    const drafts = await Drafts.open({
      device,
      workspace: WORKSPACE,
      elements,
      me: ME.device,
      channel,
      unkept,
      ...(left === undefined ? {} : { left }),
    });
    return new Tab(device, elements, drafts);
  }

  /** A saved request, open in an editor. */
  async make(name: string): Promise<ElementId> {
    const id = randomUUID() as ElementId;
    const order = orderBetween(this.elements.list(null).at(-1)?.order ?? null, null, null);
    const data = printJson(newElementData('request', { name }));
    const made = { kind: 'request', schema: schemas('request').version, parent: null, order, data, rows: {} };
    await this.device.change([{ do: 'create', id, ...made, origin: null }], WORKSPACE);
    await this.show(id);
    return id;
  }

  async show(id: ElementId): Promise<void> {
    this.#stops.push(this.drafts.watch(id, () => undefined));
    await until(() => this.drafts.state(id) !== null);
  }

  edit(id: ElementId, path: string, text: string): void {
    this.#stops.push(this.drafts.watch(id, () => undefined));
    this.drafts.edit(id, [{ op: 'text', path, text }]);
  }

  state(id: ElementId): DraftState | null {
    return this.drafts.state(id);
  }

  text(id: ElementId, path: string): string | undefined {
    const state = this.drafts.state(id);
    return state === null ? undefined : stringOf(readPath(state.kind, state.content, path));
  }

  async saved(id: ElementId, path: string): Promise<unknown> {
    const view = await this.device.read(id, WORKSPACE);
    const value = JSON.parse(view?.data ?? 'null') as Record<string, unknown>;
    return path.split('.').reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], value);
  }

  /** Until what was begun is done. */
  async idle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    await this.drafts.close();
    this.elements.close();
    await this.device.close();
  }
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !isSo(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(isSo()).toBe(true);
}
