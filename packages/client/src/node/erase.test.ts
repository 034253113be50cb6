import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignedIn } from '../portable/account-client.ts';
import { eraseAccount, type ErasingHome, type Fate } from '../portable/erase.ts';
import { Home } from './home.ts';
import type { HomeAccount } from '../portable/home-account.ts';
import { person, SERVER, settle, STREAM, work, WORKSPACE } from './people.fixture.ts';

const ONE_OF_EACH = { changes: 1, refused: 0, local: 1, conflicts: 1 };
const NOTHING = { changes: 0, refused: 0, local: 0, conflicts: 0 };

describe('erasing an account', () => {
  let folder: string;
  let home: Home;
  let ada: SignedIn;
  let account: HomeAccount;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waypost-home-'));
    home = await Home.open(folder);
    ada = await person('ada');
    ({ account } = await home.signedIn(SERVER, ada));
    await work(home, account);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const contents = async () => {
    const storage = home.openStore(home.current() as HomeAccount);
    const found = {
      outbox: await storage.scan('outbox', WORKSPACE),
      local: await storage.scan('local', WORKSPACE),
      conflicts: await storage.scan('conflicts', WORKSPACE),
      elements: await storage.scan('elements', WORKSPACE),
      state: (await storage.scan('state', WORKSPACE)).map(({ key }) => key),
    };
    const next = await storage.commit(
      { writes: [], append: [{ workspace: WORKSPACE, stream: STREAM, value: 'next' }] },
      'strict',
    );
    await storage.close();
    return { ...found, next };
  };

  it.each<[string, Fate]>([
    ['sealed', { kind: 'seal' }],
    ['discarded', { kind: 'discard' }],
    ['exported', { kind: 'export', write: async () => undefined }],
  ])('leaves no byte of it in any file of the home, when unsynced work is %s', async (became, fate) => {
    const report = await eraseAccount(home, account, fate);
    expect(mentions(folder, ['marker', account.account.id, account.device.id, account.sealingKey])).toEqual([]);
    expect(report).toEqual({ exported: NOTHING, sealed: NOTHING, discarded: NOTHING, [became]: ONE_OF_EACH });
    expect([home.current(), home.accounts()]).toEqual([null, []]);
    expect(readdirSync(join(folder, 'stores'))).toEqual([]);
    expect((await Home.open(folder)).installation).toBe(home.installation);
  });

  it('refuses while something exists only here, names it and the choices, and touches nothing [DV7]', async () => {
    await expect(eraseAccount(home, account, { kind: 'none' })).rejects.toMatchObject({
      code: 'unsynced',
      details: { pending: ONE_OF_EACH, choices: ['export', 'seal', 'discard'] },
    });
    expect((await contents()).outbox).toHaveLength(1);
    await settle(home, account);
    await storageOf(async (storage) =>
      storage.commit({ writes: [{ to: 'outbox', workspace: WORKSPACE, clear: true }] }, 'strict'),
    );
    expect(await eraseAccount(home, account, { kind: 'none' })).toEqual({
      exported: NOTHING,
      sealed: NOTHING,
      discarded: NOTHING,
    });
    expect(mentions(folder, ['marker'])).toEqual([]);
  });

  it('does not hold up for where tabs and panes stand, and erases that too', async () => {
    await settle(home, account);
    await storageOf(async (storage) =>
      storage.commit(
        { writes: [{ to: 'local', workspace: WORKSPACE, key: 'window/tabs', value: 'marker' }] },
        'strict',
      ),
    );
    await eraseAccount(home, account, { kind: 'none' });
    expect(mentions(folder, ['marker'])).toEqual([]);
  });

  it('brings sealed work back when the same account signs in, under the same stream and numbers [DV8]', async () => {
    await eraseAccount(home, account, { kind: 'seal' });
    expect(readdirSync(join(folder, 'sealed'))).toHaveLength(1);
    const { restored } = await home.signedIn(SERVER, { ...ada, token: 'marker-new' });
    expect(restored).toBe(5);
    expect(await contents()).toEqual({
      outbox: [{ key: `${STREAM}/0000000000000001`, value: 'marker-change' }],
      local: [{ key: 'draft', value: 'marker-draft' }],
      conflicts: [{ key: 'c', value: 'marker-conflict' }],
      elements: [],
      state: [`next/${STREAM}`, 'stream'],
      next: { kind: 'written', numbers: [2] },
    });
    expect(readdirSync(join(folder, 'sealed'))).toEqual([]);
  });

  it('shows sealed work to no other account, and keeps it for its own', async () => {
    await eraseAccount(home, account, { kind: 'seal' });
    await home.signedIn(SERVER, await person('ben'));
    expect((await contents()).outbox).toEqual([]);
    await home.signedIn(SERVER, ada);
    expect((await contents()).outbox).toHaveLength(1);
  });

  it('leaves other accounts and local work as they are', async () => {
    const ben = await home.signedIn(SERVER, await person('ben'));
    await work(home, ben.account);
    const local = await home.local();
    await eraseAccount(home, account, { kind: 'discard' });
    expect(home.accounts()).toEqual([ben.account]);
    expect((await contents()).outbox).toHaveLength(1);
    await home.openStore(local).close();
  });

  it('does not erase what another process saved while it was decided', async () => {
    let saved = false;
    const write = async () => {
      if (saved) return;
      saved = true;
      await storageOf(async (storage) =>
        storage.commit({ writes: [], append: [{ workspace: WORKSPACE, stream: STREAM, value: 'late' }] }, 'strict'),
      );
    };
    const report = await eraseAccount(home, account, { kind: 'export', write });
    expect(report.exported.changes).toBe(2);
  });

  it('keeps nothing sealed that was sent after all before it was erased', async () => {
    let saved = false;
    const meanwhile: ErasingHome = {
      locked: (run) => home.locked(run),
      openStore: (of) => home.openStore(of),
      cancelErasure: (of) => home.cancelErasure(of),
      endErasure: () => home.endErasure(),
      beginErasure: async (of, sealed) => {
        await home.beginErasure(of, sealed);
        if (saved) return;
        saved = true;
        const emptied = (['outbox', 'local', 'conflicts'] as const).map(
          (to) => ({ to, workspace: WORKSPACE, clear: true }) as const,
        );
        await storageOf(async (storage) => storage.commit({ writes: emptied }, 'strict'));
      },
    };
    const report = await eraseAccount(meanwhile, account, { kind: 'seal' });
    expect(report.sealed).toEqual(NOTHING);
    expect(readdirSync(join(folder, 'sealed'))).toEqual([]);
  });

  it('keeps the account when the export fails', async () => {
    const write = async () => Promise.reject(new Error('no room'));
    await expect(eraseAccount(home, account, { kind: 'export', write })).rejects.toThrow('no room');
    expect((await contents()).outbox).toHaveLength(1);
  });

  it('tells the processes that have the store open', async () => {
    const open = home.openStore(account);
    await eraseAccount(home, account, { kind: 'discard' });
    await expect(open.scan('outbox', WORKSPACE)).rejects.toMatchObject({ code: 'signed-out' });
    await open.close();
  });

  it('killed at any moment, leaves the account whole or sealed', async () => {
    const script = join(import.meta.dirname, 'eraser.fixture.ts');
    const outcomes = new Set<string>();
    for (let delayMs = 0; delayMs < 14; delayMs += 2) {
      const eraser = spawn(process.execPath, ['--conditions=waypost-source', script, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await new Promise((resolve) => eraser.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      const exited = new Promise((resolve) => eraser.once('close', resolve));
      eraser.kill('SIGKILL');
      await exited;

      const after = await Home.open(folder);
      const isHere = after.current() !== null;
      outcomes.add(isHere ? 'whole' : 'sealed');
      if (!isHere) {
        expect(mentions(folder, ['marker'])).toEqual([]);
        expect((await after.signedIn(SERVER, ada)).restored).toBeGreaterThan(0);
      }
      expect(readdirSync(join(folder, 'sealed'))).toEqual([]);
      const { outbox, local } = await contents();
      expect([outbox[0]?.value, local]).toEqual(['marker-change', [{ key: 'draft', value: 'marker-draft' }]]);
    }
    expect(outcomes.size).toBeGreaterThan(0);
  });

  it('killed between the rename and the removal, is finished at the next start', async () => {
    await eraseAccount(home, account, { kind: 'seal' });
    const left = join(folder, 'stores', `${account.key}.1234.erasing`);
    writeFileSync(left, 'marker');
    await Home.open(folder);
    expect(mentions(folder, ['marker'])).toEqual([]);
  });

  async function storageOf(use: (storage: ReturnType<Home['openStore']>) => Promise<unknown>): Promise<void> {
    const storage = home.openStore(account);
    await use(storage);
    await storage.close();
  }
});

/** The files in which any of these texts is found, also compressed ones as they lie there. */
function mentions(folder: string, texts: readonly string[]): readonly string[] {
  const files = (readdirSync(folder, { recursive: true }) as string[])
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
  return files.filter((file) => texts.some((text) => file.includes(text) || readFileSync(file).includes(text)));
}
