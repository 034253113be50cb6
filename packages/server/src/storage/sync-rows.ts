/** Rows of the tables of sync, read and written: one function in each direction for each kind of row. */
import type {
  Actor,
  Conflict,
  ConflictId,
  DeviceId,
  ElementId,
  Outcome,
  RowTable,
  Stamp,
  Stamps,
  StreamId,
  WorkspaceId,
} from '@waypost/protocol';
import type {
  HistoryRow,
  Life,
  OutcomeRow,
  StoredElement,
  StoredTombstone,
  StreamRow,
  WorkspaceRow,
} from '../sync/store.ts';
import { integer, integerOrNull, json, jsonText, text, textOrNull } from './columns.ts';
import type { SqlRow, SqlValue } from './database.ts';

type Values = readonly SqlValue[];

export const workspaceOf = (row: SqlRow, lives: readonly Life[]): WorkspaceRow => ({
  id: text(row, 'id'),
  epoch: text(row, 'epoch'),
  restored: integer(row, 'restored'),
  head: integer(row, 'head'),
  floor: integer(row, 'floor'),
  sum: { a: integer(row, 'sum_a'), b: integer(row, 'sum_b') },
  elements: integer(row, 'elements'),
  tombstones: integer(row, 'tombstones'),
  lives,
  recovered: textOrNull(row, 'recovered'),
});

export const lifeOf = (row: SqlRow): Life => ({ life: text(row, 'life'), first: integer(row, 'first_number') });

export const lifeValues = (workspace: WorkspaceId, { life, first }: Life, position: number): Values => [
  workspace,
  position,
  life,
  first,
];

export function elementOf(row: SqlRow): StoredElement {
  const trashedRevision = integerOrNull(row, 'trashed_revision');
  return {
    gone: false,
    id: text(row, 'id'),
    kind: text(row, 'kind'),
    schema: integer(row, 'schema_version'),
    parent: textOrNull(row, 'parent'),
    order: text(row, 'order_key'),
    data: text(row, 'data'),
    rows: json<RowTable>(row, 'row_table'),
    origin: textOrNull(row, 'origin'),
    revision: integer(row, 'revision'),
    created: createdOf(row),
    stamps: json<Stamps>(row, 'stamps'),
    shape: integer(row, 'shape'),
    trashed:
      trashedRevision === null
        ? null
        : {
            revision: trashedRevision,
            by: actorOf(row, 'trashed_account', 'trashed_device'),
            at: integer(row, 'trashed_at'),
          },
    by: actorOf(row, 'by_account', 'by_device'),
    at: integer(row, 'at'),
  };
}

export const elementValues = (workspace: WorkspaceId, element: StoredElement): Values => [
  workspace,
  element.id,
  element.kind,
  element.schema,
  element.parent,
  element.order,
  jsonText(element.data),
  JSON.stringify(element.rows),
  element.origin === null ? null : jsonText(element.origin),
  element.revision,
  element.created.revision,
  element.created.author,
  element.created.old ?? null,
  JSON.stringify(element.stamps),
  element.shape,
  element.trashed?.revision ?? null,
  element.trashed?.by.account ?? null,
  element.trashed?.by.device ?? null,
  element.trashed?.at ?? null,
  element.by.account,
  element.by.device,
  element.at,
];

function createdOf(row: SqlRow): Stamp {
  const stamp = { revision: integer(row, 'created_revision'), author: textOrNull<DeviceId>(row, 'created_author') };
  const old = integerOrNull(row, 'created_old');
  return old === null ? stamp : { ...stamp, old };
}

function actorOf(row: SqlRow, account: string, device: string): Actor {
  return { account: text(row, account), device: text(row, device) };
}

export const tombstoneOf = (row: SqlRow): StoredTombstone => ({
  gone: true,
  id: text<ElementId>(row, 'id'),
  revision: integer(row, 'revision'),
  by: actorOf(row, 'by_account', 'by_device'),
  at: integer(row, 'at'),
});

export const tombstoneValues = (workspace: WorkspaceId, { id, revision, by, at }: StoredTombstone): Values => [
  workspace,
  id,
  revision,
  by.account,
  by.device,
  at,
];

export const streamOf = (row: SqlRow): StreamRow => ({
  id: text(row, 'id'),
  device: text(row, 'device'),
  account: text(row, 'account'),
  settled: integer(row, 'settled'),
  have: integer(row, 'have'),
  refused: json<ElementId[]>(row, 'refused'),
});

export const streamValues = (workspace: WorkspaceId, stream: StreamRow): Values => [
  workspace,
  stream.id,
  stream.device,
  stream.account,
  stream.settled,
  stream.have,
  JSON.stringify(stream.refused),
];

export const outcomeOf = (row: SqlRow): OutcomeRow => ({
  stream: text<StreamId>(row, 'stream'),
  n: integer(row, 'n'),
  outcome: json<Outcome>(row, 'outcome'),
});

export const outcomeValues = (workspace: WorkspaceId, { stream, n, outcome }: OutcomeRow): Values => [
  workspace,
  stream,
  n,
  JSON.stringify(outcome),
];

export const conflictOf = (row: SqlRow): Conflict => ({
  id: text<ConflictId>(row, 'id'),
  element: text(row, 'element'),
  type: text(row, 'type'),
  fields: json<Conflict['fields']>(row, 'fields'),
  mine: actorOf(row, 'account', 'device'),
  theirs: actorOf(row, 'theirs_account', 'theirs_device'),
  at: integer(row, 'at'),
  revision: integer(row, 'revision'),
  closed: textOrNull(row, 'closed'),
});

export const conflictValues = (workspace: WorkspaceId, conflict: Conflict): Values => [
  workspace,
  conflict.id,
  conflict.element,
  conflict.type,
  JSON.stringify(conflict.fields),
  conflict.mine.account,
  conflict.mine.device,
  conflict.theirs.account,
  conflict.theirs.device,
  conflict.at,
  conflict.revision,
  conflict.closed,
];

export const historyOf = (row: SqlRow): HistoryRow => ({
  element: text(row, 'element'),
  revision: integer(row, 'revision'),
  by: actorOf(row, 'by_account', 'by_device'),
  at: integer(row, 'at'),
  stream: text(row, 'stream'),
  n: integer(row, 'n'),
  status: text(row, 'status'),
  values: json<HistoryRow['values']>(row, 'group_values'),
});

export const historyValues = (workspace: WorkspaceId, row: HistoryRow): Values => [
  workspace,
  row.element,
  row.revision,
  row.by.account,
  row.by.device,
  row.at,
  row.stream,
  row.n,
  row.status,
  JSON.stringify(row.values),
];
