/** The sync core's store over SQL, for both databases. */
import type { StreamId, WorkspaceId } from '@waypost/protocol';
import type {
  Life,
  StoredElement,
  StoredTombstone,
  SyncBatch,
  SyncReader,
  SyncStore,
  SyncTransaction,
  WorkspaceRow,
} from '../sync/store.ts';
import { text } from './columns.ts';
import type { Database } from './database.ts';
import { thinHistory } from './history-thinning.ts';
import { SqlSyncReader } from './sync-reader.ts';
import {
  conflictValues,
  elementValues,
  historyValues,
  lifeValues,
  outcomeValues,
  streamValues,
  tombstoneValues,
} from './sync-rows.ts';
import { CONFLICTS, ELEMENTS, HISTORY, LIVES, OUTCOMES, STREAMS, TOMBSTONES } from './tables.ts';

export class SqlSyncStore implements SyncStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  transact<T>(workspace: WorkspaceId, body: (transaction: SyncTransaction) => Promise<T>): Promise<T> {
    const { dialect } = this.#database;
    return this.#database.transact(async (queries) => {
      // What was read before the lock may be old by the time it is held, so it comes first and alone.
      if (dialect.forUpdate !== '') {
        await queries.rows(`SELECT id FROM workspaces WHERE id = ?${dialect.forUpdate}`, [workspace]);
      }
      return body(new SqlSyncTransaction(queries, dialect, workspace));
    });
  }

  read<T>(workspace: WorkspaceId, body: (reader: SyncReader) => Promise<T>): Promise<T> {
    const { dialect } = this.#database;
    return this.#database.read((queries) => body(new SqlSyncReader(queries, dialect, workspace)));
  }

  async forgetOutcomes(workspace: WorkspaceId, stream: StreamId, upTo: number): Promise<void> {
    const sql = 'DELETE FROM outcomes WHERE workspace = ? AND stream = ? AND n <= ?';
    await this.#database.transact((queries) => queries.run(sql, [workspace, stream, upTo]));
  }

  thinHistory(workspace: WorkspaceId, keep: number, before: number): Promise<number> {
    return thinHistory(this.#database, { workspace, keep, before });
  }

  async workspaces(): Promise<WorkspaceId[]> {
    const rows = await this.#database.read((queries) => queries.rows('SELECT id FROM workspaces ORDER BY id', []));
    return rows.map((row) => text<WorkspaceId>(row, 'id'));
  }
}

class SqlSyncTransaction extends SqlSyncReader implements SyncTransaction {
  /** As read in this transaction: most commits do not touch them. */
  #lives: readonly Life[] | null = null;

  override async workspace(): Promise<WorkspaceRow | null> {
    const row = await super.workspace();
    this.#lives = row?.lives ?? null;
    return row;
  }

  /** The device cannot be signed out before this transaction has ended. */
  protected override get deviceStatement(): string {
    return `SELECT signed_out_at FROM devices WHERE id = ?${this.dialect.forShare}`;
  }

  async write(batch: SyncBatch): Promise<void> {
    await this.#writeWorkspace(batch.workspace);
    await this.#writeRows(batch);
    const { queries, id } = this;
    await queries.put(
      STREAMS,
      batch.streams.map((stream) => streamValues(id, stream)),
    );
    await queries.put(
      OUTCOMES,
      batch.outcomes.map((outcome) => outcomeValues(id, outcome)),
    );
    await queries.put(
      CONFLICTS,
      batch.conflicts.map((conflict) => conflictValues(id, conflict)),
    );
    await queries.put(
      HISTORY,
      batch.history.map((row) => historyValues(id, row)),
    );
  }

  async #writeWorkspace(row: WorkspaceRow): Promise<void> {
    const changed = await this.queries.run(
      `UPDATE workspaces SET epoch = ?, restored = ?, head = ?, floor = ?, sum_a = ?, sum_b = ?, elements = ?,
        tombstones = ?, recovered = ? WHERE id = ?`,
      [
        ...[row.epoch, row.restored, row.head, row.floor, row.sum.a, row.sum.b],
        ...[row.elements, row.tombstones, row.recovered, this.id],
      ],
    );
    if (changed !== 1 || row.id !== this.id) throw new Error(`a commit of workspace ${this.id} has no row to write to`);
    if (sameLives(this.#lives ?? (await this.lives()), row.lives)) return;
    await this.queries.run('DELETE FROM lives WHERE workspace = ?', [this.id]);
    await this.queries.put(
      LIVES,
      row.lives.map((life, position) => lifeValues(this.id, life, position)),
    );
    this.#lives = row.lives;
  }

  async #writeRows({ rows, collected }: SyncBatch): Promise<void> {
    const elements = rows.filter((row): row is StoredElement => !row.gone);
    const tombstones = rows.filter((row): row is StoredTombstone => row.gone);
    const { queries, id } = this;
    const among = this.dialect.among('id');
    if (tombstones.length > 0) {
      await queries.run(`DELETE FROM elements WHERE workspace = ? AND ${among}`, [id, tombstones.map((row) => row.id)]);
      await queries.put(
        TOMBSTONES,
        tombstones.map((row) => tombstoneValues(id, row)),
      );
    }
    await queries.put(
      ELEMENTS,
      elements.map((row) => elementValues(id, row)),
    );
    // An element that comes back, and a tombstone that is collected, leave the table of tombstones.
    const forgotten = [...collected, ...elements.map((row) => row.id)];
    if (forgotten.length > 0) {
      await queries.run(`DELETE FROM tombstones WHERE workspace = ? AND ${among}`, [id, forgotten]);
    }
  }
}

function sameLives(one: readonly Life[], other: readonly Life[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ life, first }, at) => life === other[at]?.life && first === other[at].first)
  );
}
