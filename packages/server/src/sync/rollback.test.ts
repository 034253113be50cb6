import { EMPTY_SUM, type Epoch, type Position, type Revision } from '@waypost/protocol';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANNA, mac, WORKSPACE, World } from './live.fixture.ts';
import { judgePosition, renewed, sealCursor } from './rollback.ts';
import type { WorkspaceRow } from './store.ts';

const EMPTY: WorkspaceRow = {
  ...{ id: WORKSPACE, epoch: 'first' as Epoch, restored: 0, head: 0, floor: 0, sum: EMPTY_SUM },
  ...{ elements: 0, tombstones: 0, lives: [], recovered: null },
};

/** A database whose every number is told apart from every other that was ever given out. */
interface Database {
  readonly row: WorkspaceRow;
  /** What number n stands for is at n - 1. */
  readonly commits: readonly number[];
}

interface Device {
  readonly position: Position;
  readonly commits: readonly number[];
}

class Timeline {
  database: Database = { row: EMPTY, commits: [] };
  readonly #backups: Database[] = [];
  #commits = 0;
  #lives = 1;
  #epochs = 0;

  commit(): void {
    const { row, commits } = this.database;
    const life = `life${this.#lives}`;
    const lives = row.lives.at(-1)?.life === life ? row.lives : [...row.lives, { life, first: row.head }];
    this.#commits += 1;
    this.database = { row: { ...row, head: row.head + 1, lives }, commits: [...commits, this.#commits] };
  }

  restart(): void {
    this.#lives += 1;
  }

  backUp(): void {
    this.#backups.push(this.database);
  }

  restore(which: number): void {
    const backup = this.#backups[which % Math.max(1, this.#backups.length)];
    if (backup === undefined) return;
    this.restart();
    this.database = backup;
  }

  /** The device says where it stands; it is told what it must believe, and is checked not to be told wrong. */
  meet(device: Device): Device {
    let { row } = this.database;
    let standing = judgePosition(mac, row, device.position);
    const shared = sharedLength(device.commits, this.database.commits);
    if (standing.kind === 'rolled-back') {
      // Never without reason, and never claiming to share more than is shared.
      if (device.position.epoch === row.epoch) expect(shared).toBeLessThan(device.commits.length);
      expect(Math.min(standing.restored, device.commits.length)).toBeLessThanOrEqual(shared);
      this.#epochs += 1;
      const fresh = `epoch${this.#epochs}` as Epoch;
      row = renewed(row, { restored: standing.restored, life: `life${this.#lives}`, fresh });
      this.database = { ...this.database, row };
      standing = judgePosition(mac, row, device.position);
      expect(standing.kind).toBe('reset');
    }
    if (standing.kind === 'follows') {
      expect(this.database.commits.slice(0, device.commits.length)).toEqual(device.commits);
    } else if (device.position.epoch !== null) {
      expect(standing).toMatchObject({ kind: 'reset', reason: 'epoch' });
      const restored = standing.kind === 'reset' ? standing.restored : 0;
      expect(Math.min(restored, device.commits.length)).toBeLessThanOrEqual(shared);
    }
    return this.upToDate(device);
  }

  upToDate(device: Device): Device {
    const { row, commits } = this.database;
    const life = sealCursor(mac, row, row.head);
    return { commits, position: { ...device.position, epoch: row.epoch, life, cursor: row.head } };
  }
}

function sharedLength(a: readonly number[], b: readonly number[]): Revision {
  const at = a.findIndex((commit, index) => commit !== b[index]);
  return at < 0 ? a.length : at;
}

const NOBODY: Device = {
  commits: [],
  position: { workspace: WORKSPACE, epoch: null, life: null, cursor: 0, stream: null, have: 0 },
};

describe('a restored backup', () => {
  it('is never mistaken for what a device holds, and never said to share more than it does [EP1]', () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.constant({ does: 'commit' as const, which: 0 }) },
      { weight: 3, arbitrary: fc.record({ does: fc.constant('meet' as const), which: fc.nat({ max: 3 }) }) },
      { weight: 1, arbitrary: fc.constant({ does: 'restart' as const, which: 0 }) },
      { weight: 2, arbitrary: fc.constant({ does: 'back up' as const, which: 0 }) },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('restore' as const), which: fc.nat({ max: 9 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), (steps) => {
        const timeline = new Timeline();
        const devices = [NOBODY, NOBODY, NOBODY, NOBODY];
        for (const { does, which } of steps) {
          if (does === 'commit') timeline.commit();
          if (does === 'restart') timeline.restart();
          if (does === 'back up') timeline.backUp();
          if (does === 'restore') timeline.restore(which);
          if (does === 'meet') devices[which] = timeline.meet(devices[which] ?? NOBODY);
        }
      }),
      { numRuns: Number(process.env['WAYPOST_PROPERTY_RUNS'] ?? 3_000) },
    );
  });

  it('shares exactly what was there when it was made, where the server seldom started since', () => {
    const timeline = new Timeline();
    for (let n = 0; n < 5; n += 1) timeline.commit();
    timeline.backUp();
    timeline.restart();
    for (let n = 0; n < 5; n += 1) timeline.commit();
    const device = timeline.upToDate(NOBODY);
    timeline.restore(0);
    for (let n = 0; n < 9; n += 1) timeline.commit();
    expect(judgePosition(mac, timeline.database.row, device.position)).toEqual({ kind: 'rolled-back', restored: 5 });
  });

  it('cannot be claimed with a cursor beyond the one that was sealed', () => {
    const timeline = new Timeline();
    timeline.commit();
    const { position } = timeline.upToDate(NOBODY);
    const { row } = timeline.database;
    expect(judgePosition(mac, row, { ...position, cursor: 99 })).toMatchObject({ kind: 'reset', reason: 'future' });
    expect(judgePosition(mac, row, { ...position, life: 'life9:0.2s.forged', cursor: 99 })).toMatchObject({
      ...{ kind: 'reset', reason: 'future' },
    });
  });

  it('gives the workspace a new epoch by itself, and devices are told what was lost [EP1]', async () => {
    const world = new World();
    const anna = world.device(ANNA);
    const before = world.node();
    anna.connect(before);
    await world.time.pass(0);
    anna.create({ name: 'kept' });
    await world.time.pass(0);
    const backup = world.database.content;
    anna.create({ name: 'lost' });
    await world.time.pass(0);
    anna.disconnect();
    before.store.close();
    world.database.restore(backup);
    const after = world.node();
    const phone = world.device(ANNA);
    phone.connect(after);
    await world.time.pass(0);
    // New numbers are handed out, up to and beyond the one that the returning device holds.
    phone.create({ name: 'other' });
    await world.time.pass(0);
    phone.create({ name: 'another' });
    await world.time.pass(0);
    anna.connect(after);
    await world.time.pass(0);
    expect(anna.heard.at(-1)).toMatchObject({
      ...{ type: 'reset', reason: 'epoch', restored: 1, settled: { stream: anna.stream, upTo: 1 } },
    });
    expect(phone.heard.at(-1)).toMatchObject({ type: 'reset', reason: 'epoch', restored: 1 });
    expect(world.failures).toEqual([]);
  });

  it('is not suspected of a cursor below the floor, which leads nowhere all the same [RS1]', () => {
    const timeline = new Timeline();
    for (let n = 0; n < 3; n += 1) timeline.commit();
    const { position } = timeline.upToDate(NOBODY);
    for (let n = 0; n < 3; n += 1) timeline.commit();
    expect(judgePosition(mac, { ...timeline.database.row, floor: 4 }, position)).toMatchObject({ reason: 'floor' });
    expect(judgePosition(mac, { ...timeline.database.row, floor: 3 }, position)).toEqual({ kind: 'follows' });
  });
});
