/** Reads of one workspace, the same statements for both databases. */
import type {
  AccountId,
  ActorNames,
  Conflict,
  ConflictId,
  DeviceId,
  ElementId,
  Revision,
  StreamId,
  WorkspaceId,
} from '@waypost/protocol';
import type {
  HistoryRow,
  Life,
  Membership,
  OutcomeRow,
  StoredElement,
  StoredRow,
  StoredTombstone,
  StreamRow,
  SyncReader,
  WorkspaceRow,
} from '../sync/store.ts';
import { integerOrNull, text } from './columns.ts';
import type { Queries, SqlParameter } from './database.ts';
import type { Dialect } from './dialect.ts';
import {
  conflictOf,
  elementOf,
  historyOf,
  lifeOf,
  outcomeOf,
  streamOf,
  tombstoneOf,
  workspaceOf,
} from './sync-rows.ts';
import { columnsOf, CONFLICTS, ELEMENTS, HISTORY, OUTCOMES, STREAMS, TOMBSTONES } from './tables.ts';

const ELEMENT_COLUMNS = columnsOf(ELEMENTS);
const WORKSPACE_COLUMNS = 'id, epoch, restored, head, floor, sum_a, sum_b, elements, tombstones, recovered';

export class SqlSyncReader implements SyncReader {
  protected readonly queries: Queries;
  protected readonly dialect: Dialect;
  protected readonly id: WorkspaceId;

  constructor(queries: Queries, dialect: Dialect, id: WorkspaceId) {
    this.queries = queries;
    this.dialect = dialect;
    this.id = id;
  }

  async workspace(): Promise<WorkspaceRow | null> {
    const [row] = await this.queries.rows(`SELECT ${WORKSPACE_COLUMNS} FROM workspaces WHERE id = ?`, [this.id]);
    if (row === undefined) return null;
    return workspaceOf(row, await this.lives());
  }

  protected async lives(): Promise<Life[]> {
    const sql = 'SELECT life, first_number FROM lives WHERE workspace = ? ORDER BY position';
    return (await this.queries.rows(sql, [this.id])).map(lifeOf);
  }

  async membership(account: AccountId): Promise<Membership | null> {
    const sql = 'SELECT role FROM members WHERE workspace = ? AND account = ?';
    const [row] = await this.queries.rows(sql, [this.id, account]);
    return row === undefined ? null : { role: text(row, 'role') };
  }

  async deviceActive(device: DeviceId): Promise<boolean> {
    const [row] = await this.queries.rows(this.deviceStatement, [device]);
    return row !== undefined && integerOrNull(row, 'signed_out_at') === null;
  }

  protected get deviceStatement(): string {
    return 'SELECT signed_out_at FROM devices WHERE id = ?';
  }

  async rows(ids: readonly ElementId[]): Promise<StoredRow[]> {
    if (ids.length === 0) return [];
    const among = this.dialect.among('id');
    const elements = await this.#elements(`workspace = ? AND ${among}`, [this.id, ids]);
    return this.#withTombstones(elements, ids);
  }

  async withAncestors(ids: readonly ElementId[]): Promise<StoredRow[]> {
    if (ids.length === 0) return [];
    // CROSS JOIN fixes the order of the join in SQLite, which has no statistics and else walks the whole workspace.
    const rows = await this.queries.rows(
      `WITH RECURSIVE above (id) AS (
        ${this.dialect.list}
        UNION
        SELECT elements.parent FROM above CROSS JOIN elements
          WHERE elements.workspace = ? AND elements.id = above.id AND elements.parent IS NOT NULL
      ) SELECT ${ELEMENT_COLUMNS} FROM above CROSS JOIN elements WHERE elements.workspace = ? AND elements.id = above.id`,
      [ids, this.id, this.id],
    );
    const elements = rows.map(elementOf);
    return this.#withTombstones(elements, [...ids, ...elements.flatMap(({ parent }) => parent ?? [])]);
  }

  async withDescendants(ids: readonly ElementId[]): Promise<StoredRow[]> {
    if (ids.length === 0) return [];
    const rows = await this.queries.rows(
      `WITH RECURSIVE below (id) AS (
        ${this.dialect.list}
        UNION
        SELECT elements.id FROM below CROSS JOIN elements
          WHERE elements.workspace = ? AND elements.parent = below.id
      ) SELECT ${ELEMENT_COLUMNS} FROM below CROSS JOIN elements WHERE elements.workspace = ? AND elements.id = below.id`,
      [ids, this.id, this.id],
    );
    return this.#withTombstones(rows.map(elementOf), ids);
  }

  async children(parent: ElementId | null): Promise<StoredElement[]> {
    if (parent === null) return this.#elements('workspace = ? AND parent IS NULL', [this.id]);
    return this.#elements('workspace = ? AND parent = ?', [this.id, parent]);
  }

  async changedAbove(revision: Revision, limit: number): Promise<StoredRow[]> {
    // The revision at which the page ends. Reading on to the end of that revision keeps every page a whole number of them.
    const [end] = await this.queries.rows(
      `SELECT revision FROM (
        SELECT revision FROM elements WHERE workspace = ? AND revision > ?
        UNION ALL SELECT revision FROM tombstones WHERE workspace = ? AND revision > ?
      ) AS changed ORDER BY revision LIMIT 1 OFFSET ?`,
      [this.id, revision, this.id, revision, limit - 1],
    );
    const last = end === undefined ? Number.MAX_SAFE_INTEGER : (integerOrNull(end, 'revision') ?? 0);
    const within = 'workspace = ? AND revision > ? AND revision <= ?';
    const elements = await this.#elements(within, [this.id, revision, last]);
    const tombstones = await this.#tombstones(within, [this.id, revision, last]);
    return [...elements, ...tombstones].sort(byRevision);
  }

  async elementsAfter(id: ElementId | null, limit: number): Promise<StoredElement[]> {
    return this.#elements('workspace = ? AND id > ? ORDER BY id LIMIT ?', [this.id, id ?? '', limit]);
  }

  async streams(ids: readonly StreamId[]): Promise<StreamRow[]> {
    if (ids.length === 0) return [];
    const sql = `SELECT ${columnsOf(STREAMS)} FROM streams WHERE workspace = ? AND ${this.dialect.among('id')}`;
    return (await this.queries.rows(sql, [this.id, ids])).map(streamOf);
  }

  async outcomesAbove(stream: StreamId, n: number): Promise<OutcomeRow[]> {
    const sql = `SELECT ${columnsOf(OUTCOMES)} FROM outcomes
      WHERE workspace = ? AND stream = ? AND n > ? ORDER BY n`;
    return (await this.queries.rows(sql, [this.id, stream, n])).map(outcomeOf);
  }

  async openConflicts(elements: readonly ElementId[]): Promise<Conflict[]> {
    if (elements.length === 0) return [];
    return (await this.#conflicts(`${this.dialect.among('element')} AND closed IS NULL`, [elements])).sort(byId);
  }

  async conflicts(ids: readonly ConflictId[]): Promise<Conflict[]> {
    if (ids.length === 0) return [];
    return (await this.#conflicts(this.dialect.among('id'), [ids])).sort(byId);
  }

  async conflictsAbove(account: AccountId, revision: Revision): Promise<Conflict[]> {
    return this.#conflicts('account = ? AND revision > ? ORDER BY revision, id', [account, revision]);
  }

  async history(element: ElementId, limit: number): Promise<HistoryRow[]> {
    const sql = `SELECT ${columnsOf(HISTORY)} FROM history
      WHERE workspace = ? AND element = ? ORDER BY revision DESC, serial DESC LIMIT ?`;
    return (await this.queries.rows(sql, [this.id, element, limit])).map(historyOf);
  }

  async names(devices: readonly DeviceId[]): Promise<ActorNames> {
    if (devices.length === 0) return {};
    const rows = await this.queries.rows(
      `SELECT devices.id, devices.name, devices.account, accounts.email
        FROM devices JOIN accounts ON accounts.id = devices.account WHERE ${this.dialect.among('devices.id')}`,
      [devices],
    );
    return Object.fromEntries(
      rows.map((row) => [
        text(row, 'id'),
        { account: text<AccountId>(row, 'account'), email: text(row, 'email'), device: text(row, 'name') },
      ]),
    );
  }

  async trashedBefore(at: number, limit: number): Promise<StoredElement[]> {
    return this.#elements('workspace = ? AND trashed_at < ? ORDER BY trashed_at, id LIMIT ?', [this.id, at, limit]);
  }

  async tombstones(limit: number): Promise<StoredTombstone[]> {
    return this.#tombstones('workspace = ? ORDER BY revision, id LIMIT ?', [this.id, limit]);
  }

  /** Adds the tombstones of those ids that no element was found for. */
  async #withTombstones(elements: readonly StoredElement[], ids: readonly ElementId[]): Promise<StoredRow[]> {
    const found = new Set(elements.map(({ id }) => id));
    const missing = [...new Set(ids)].filter((id) => !found.has(id));
    if (missing.length === 0) return [...elements];
    const tombstones = await this.#tombstones(`workspace = ? AND ${this.dialect.among('id')}`, [this.id, missing]);
    return [...elements, ...tombstones];
  }

  async #elements(where: string, parameters: readonly SqlParameter[]): Promise<StoredElement[]> {
    return (await this.queries.rows(`SELECT ${ELEMENT_COLUMNS} FROM elements WHERE ${where}`, parameters)).map(
      elementOf,
    );
  }

  async #tombstones(where: string, parameters: readonly SqlParameter[]): Promise<StoredTombstone[]> {
    return (await this.queries.rows(`SELECT ${columnsOf(TOMBSTONES)} FROM tombstones WHERE ${where}`, parameters)).map(
      tombstoneOf,
    );
  }

  async #conflicts(where: string, parameters: readonly SqlParameter[]): Promise<Conflict[]> {
    const sql = `SELECT ${columnsOf(CONFLICTS)} FROM conflicts WHERE workspace = ? AND ${where}`;
    return (await this.queries.rows(sql, [this.id, ...parameters])).map(conflictOf);
  }
}

function byRevision(one: StoredRow, other: StoredRow): number {
  return one.revision - other.revision || byId(one, other);
}

/** Sorted here and not by the database: the wish for an order has SQLite walk the index that has it. */
function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}
