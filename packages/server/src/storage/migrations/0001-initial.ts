/** All tables of the first version. */
import type { Dialect } from '../dialect.ts';

export function initial(dialect: Dialect): readonly string[] {
  const { text, serial } = dialect;
  return [
    `CREATE TABLE settings (key ${text} NOT NULL PRIMARY KEY, value ${text} NOT NULL)`,
    // Locked by whoever makes an account, so that only one can be the first.
    `INSERT INTO settings (key, value) VALUES ('sign-up', '')`,

    `CREATE TABLE accounts (
      id ${text} NOT NULL PRIMARY KEY, email ${text} NOT NULL UNIQUE, password_hash ${text} NOT NULL,
      administrator BIGINT NOT NULL, created_at BIGINT NOT NULL,
      sealing_public ${text} NOT NULL, sealing_private ${text} NOT NULL)`,
    `CREATE TABLE devices (
      id ${text} NOT NULL PRIMARY KEY, account ${text} NOT NULL, installation ${text} NOT NULL, name ${text} NOT NULL,
      kind ${text} NOT NULL, created_at BIGINT NOT NULL, last_seen_at BIGINT NOT NULL, pending BIGINT NOT NULL,
      signed_out_at BIGINT, erase BIGINT NOT NULL, UNIQUE (account, installation))`,
    `CREATE INDEX devices_idle ON devices (last_seen_at) WHERE signed_out_at IS NULL`,
    `CREATE TABLE token_pairs (
      refresh_hash ${text} NOT NULL PRIMARY KEY, access_hash ${text} NOT NULL UNIQUE, device ${text} NOT NULL,
      generation BIGINT NOT NULL, access_expires_at BIGINT NOT NULL, refresh_expires_at BIGINT NOT NULL,
      state ${text} NOT NULL)`,
    `CREATE INDEX token_pairs_device ON token_pairs (device, generation)`,
    `CREATE INDEX token_pairs_expired ON token_pairs (refresh_expires_at)`,

    `CREATE TABLE workspaces (
      id ${text} NOT NULL PRIMARY KEY, name ${text} NOT NULL, kind ${text} NOT NULL, owner ${text} NOT NULL,
      epoch ${text} NOT NULL, restored BIGINT NOT NULL, head BIGINT NOT NULL,
      floor BIGINT NOT NULL, sum_a BIGINT NOT NULL, sum_b BIGINT NOT NULL, elements BIGINT NOT NULL,
      tombstones BIGINT NOT NULL, recovered ${text})`,
    `CREATE INDEX workspaces_owner ON workspaces (owner)`,
    `CREATE TABLE members (
      workspace ${text} NOT NULL, account ${text} NOT NULL, role ${text} NOT NULL, PRIMARY KEY (workspace, account))`,
    `CREATE INDEX members_account ON members (account)`,
    `CREATE TABLE lives (
      workspace ${text} NOT NULL, position BIGINT NOT NULL, life ${text} NOT NULL, first_number BIGINT NOT NULL,
      PRIMARY KEY (workspace, position))`,

    `CREATE TABLE elements (
      workspace ${text} NOT NULL, id ${text} NOT NULL, kind ${text} NOT NULL, schema_version BIGINT NOT NULL,
      parent ${text}, order_key ${text} NOT NULL, data ${text} NOT NULL, row_table ${text} NOT NULL, origin ${text},
      revision BIGINT NOT NULL, created_revision BIGINT NOT NULL, created_author ${text}, created_old BIGINT,
      stamps ${text} NOT NULL, shape BIGINT NOT NULL, trashed_revision BIGINT, trashed_account ${text},
      trashed_device ${text}, trashed_at BIGINT, by_account ${text} NOT NULL, by_device ${text} NOT NULL,
      at BIGINT NOT NULL, PRIMARY KEY (workspace, id))`,
    `CREATE INDEX elements_revision ON elements (workspace, revision)`,
    `CREATE INDEX elements_parent ON elements (workspace, parent)`,
    `CREATE INDEX elements_trashed ON elements (workspace, trashed_at) WHERE trashed_at IS NOT NULL`,
    `CREATE TABLE tombstones (
      workspace ${text} NOT NULL, id ${text} NOT NULL, revision BIGINT NOT NULL, by_account ${text} NOT NULL,
      by_device ${text} NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (workspace, id))`,
    `CREATE INDEX tombstones_revision ON tombstones (workspace, revision)`,

    `CREATE TABLE streams (
      workspace ${text} NOT NULL, id ${text} NOT NULL, device ${text} NOT NULL, account ${text} NOT NULL,
      settled BIGINT NOT NULL, have BIGINT NOT NULL, refused ${text} NOT NULL, PRIMARY KEY (workspace, id))`,
    `CREATE TABLE outcomes (
      workspace ${text} NOT NULL, stream ${text} NOT NULL, n BIGINT NOT NULL, outcome ${text} NOT NULL,
      PRIMARY KEY (workspace, stream, n))`,
    `CREATE TABLE conflicts (
      workspace ${text} NOT NULL, id ${text} NOT NULL, element ${text} NOT NULL, type ${text} NOT NULL,
      fields ${text} NOT NULL, account ${text} NOT NULL, device ${text} NOT NULL, theirs_account ${text} NOT NULL,
      theirs_device ${text} NOT NULL, at BIGINT NOT NULL, revision BIGINT NOT NULL, closed ${text},
      PRIMARY KEY (workspace, id))`,
    `CREATE INDEX conflicts_open ON conflicts (workspace, element) WHERE closed IS NULL`,
    `CREATE INDEX conflicts_account ON conflicts (workspace, account, revision)`,
    `CREATE TABLE history (
      serial ${serial}, workspace ${text} NOT NULL, element ${text} NOT NULL, revision BIGINT NOT NULL,
      by_account ${text} NOT NULL, by_device ${text} NOT NULL, at BIGINT NOT NULL, stream ${text} NOT NULL,
      n BIGINT NOT NULL, status ${text} NOT NULL, group_values ${text} NOT NULL)`,
    `CREATE INDEX history_element ON history (workspace, element, revision)`,
  ];
}
