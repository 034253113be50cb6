import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLeadership, underLock } from './leadership.ts';

describe('leadership among processes', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'waypost-leader-'));
    file = join(folder, 'leader');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is taken by one at a time and passed on when released', async () => {
    const first = createLeadership(file);
    const second = createLeadership(file);
    expect(await first.take()).toBe(true);
    expect(await first.take()).toBe(true);
    expect(await second.take()).toBe(false);
    await first.release();
    expect(await second.take()).toBe(true);
    expect(await first.take()).toBe(false);
    await second.release();
    expect(readdirSync(folder)).toEqual(['leader']);
  });

  it('falls to another as soon as the leader is killed', async () => {
    const leader = spawn(
      process.execPath,
      ['--conditions=waypost-source', join(import.meta.dirname, 'leader.fixture.ts'), file],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await new Promise((resolve) => leader.stdout.once('data', resolve));
    const successor = createLeadership(file);
    expect(await successor.take()).toBe(false);
    const exited = new Promise((resolve) => leader.once('close', resolve));
    leader.kill('SIGKILL');
    await exited;
    expect(await successor.take()).toBe(true);
    await successor.release();
  });

  it('stays with its holder when others in the same process try, and fail', async () => {
    const leader = createLeadership(file);
    expect(await leader.take()).toBe(true);
    expect(await createLeadership(file).take()).toBe(false);
    // A process of its own, because a lock that was lost is still held as far as this one knows.
    const other = spawn(
      process.execPath,
      ['--conditions=waypost-source', join(import.meta.dirname, 'leader.fixture.ts'), file],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const said = await new Promise<string>((resolve) =>
      other.stdout.once('data', (data: Buffer) => resolve(data.toString())),
    );
    other.kill('SIGKILL');
    expect(said).toBe('following\n');
    await leader.release();
  });

  it('lets work under one lock run one after the other', async () => {
    let running = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 4 }, async () =>
        underLock(file, 10_000, async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
        }),
      ),
    );
    expect(most).toBe(1);
  });
});
