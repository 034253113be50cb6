/** Accounts that are disabled, passwords that are reset, what running servers must hear of it, and who did what. */
import type { Dialect } from '../dialect.ts';

export function administration({ text, serial }: Dialect): readonly string[] {
  return [
    'ALTER TABLE accounts ADD COLUMN disabled_at BIGINT',

    `CREATE TABLE password_resets (
      account ${text} NOT NULL PRIMARY KEY, token_hash ${text} NOT NULL UNIQUE, expires_at BIGINT NOT NULL)`,

    `CREATE TABLE notices (serial ${serial}, at BIGINT NOT NULL, kind ${text} NOT NULL, ids ${text} NOT NULL)`,
    // Locked by whoever writes a notice, so that none is seen after a later one.
    `INSERT INTO settings (key, value) VALUES ('notices', '')`,

    `CREATE TABLE audit (
      serial ${serial}, at BIGINT NOT NULL, who ${text} NOT NULL, what ${text} NOT NULL, subject ${text},
      origin ${text} NOT NULL, outcome ${text} NOT NULL)`,
    `CREATE INDEX audit_at ON audit (at)`,
  ];
}
