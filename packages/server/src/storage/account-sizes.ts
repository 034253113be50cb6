/** How much accounts and workspaces hold. Every element and every version is looked at, so this is not for a request. */
import type { AccountId } from '@waypost/protocol';
import type { AccountDetails, AccountSummary, WorkspaceSize } from '../administration/admin-store.ts';
import { flag, integer, integerOrNull, text } from './columns.ts';
import type { Queries, SqlRow } from './database.ts';
import { activeDevices } from './devices.ts';

const ELEMENT_BYTES = 'octet_length(data) + octet_length(row_table) + octet_length(stamps)';

function sums(where: string): string {
  return `(SELECT workspace, count(*) AS elements, CAST(sum(${ELEMENT_BYTES}) AS BIGINT) AS bytes
      FROM elements${where} GROUP BY workspace) held
    FULL JOIN (SELECT workspace AS of_workspace, count(*) AS versions,
      CAST(sum(octet_length(group_values)) AS BIGINT) AS version_bytes
      FROM history${where} GROUP BY workspace) replaced ON replaced.of_workspace = held.workspace`;
}

const SUMMARY = `SELECT accounts.id, accounts.email, accounts.administrator, accounts.created_at, accounts.disabled_at,
    (SELECT count(*) FROM devices WHERE account = accounts.id AND signed_out_at IS NULL) AS devices,
    (SELECT max(last_seen_at) FROM devices WHERE account = accounts.id) AS last_seen_at,
    coalesce(owned.workspaces, 0) AS workspaces, coalesce(owned.elements, 0) AS elements, coalesce(owned.bytes, 0) AS bytes
  FROM accounts LEFT JOIN (
    SELECT workspaces.owner, count(*) AS workspaces, CAST(sum(coalesce(sizes.elements, 0)) AS BIGINT) AS elements,
      CAST(sum(coalesce(sizes.bytes, 0) + coalesce(sizes.version_bytes, 0)) AS BIGINT) AS bytes
    FROM workspaces LEFT JOIN (SELECT coalesce(workspace, of_workspace) AS workspace, elements, bytes, version_bytes
      FROM ${sums('')}) sizes ON sizes.workspace = workspaces.id
    GROUP BY workspaces.owner) owned ON owned.owner = accounts.id`;

/** By e-mail. */
export async function accountSummaries(queries: Queries): Promise<AccountSummary[]> {
  return (await queries.rows(`${SUMMARY} ORDER BY accounts.email`, [])).map(summaryOf);
}

export async function accountDetails(queries: Queries, account: AccountId): Promise<AccountDetails | null> {
  const [row] = await queries.rows(`${SUMMARY} WHERE accounts.id = ?`, [account]);
  if (row === undefined) return null;
  const sizes = await queries.rows(
    `SELECT workspaces.id, workspaces.name, workspaces.kind, members.role,
      coalesce(sizes.elements, 0) AS elements, coalesce(sizes.bytes, 0) AS bytes,
      coalesce(sizes.versions, 0) AS versions, coalesce(sizes.version_bytes, 0) AS version_bytes
    FROM members JOIN workspaces ON workspaces.id = members.workspace
    LEFT JOIN (SELECT coalesce(workspace, of_workspace) AS workspace, elements, bytes, versions, version_bytes
      FROM ${sums(' WHERE workspace IN (SELECT workspace FROM members WHERE account = ?)')}) sizes
      ON sizes.workspace = workspaces.id
    WHERE members.account = ? ORDER BY workspaces.name, workspaces.id`,
    [account, account, account],
  );
  return {
    ...summaryOf(row),
    signedIn: await activeDevices(queries, account),
    sizes: sizes.map(sizeOf),
  };
}

function summaryOf(row: SqlRow): AccountSummary {
  return {
    id: text(row, 'id'),
    email: text(row, 'email'),
    administrator: flag(row, 'administrator'),
    createdAt: integer(row, 'created_at'),
    disabledAt: integerOrNull(row, 'disabled_at'),
    devices: integer(row, 'devices'),
    lastSeenAt: integerOrNull(row, 'last_seen_at'),
    workspaces: integer(row, 'workspaces'),
    elements: integer(row, 'elements'),
    bytes: integer(row, 'bytes'),
  };
}

function sizeOf(row: SqlRow): WorkspaceSize {
  return {
    id: text(row, 'id'),
    name: text(row, 'name'),
    kind: text(row, 'kind'),
    role: text(row, 'role'),
    elements: integer(row, 'elements'),
    elementBytes: integer(row, 'bytes'),
    historyVersions: integer(row, 'versions'),
    historyBytes: integer(row, 'version_bytes'),
  };
}
