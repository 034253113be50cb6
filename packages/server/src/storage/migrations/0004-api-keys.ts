/** API keys. The workspaces of one are JSON: `null` for all, or an array of ids. */
import type { Dialect } from '../dialect.ts';

export function apiKeys({ text }: Dialect): readonly string[] {
  return [
    `CREATE TABLE api_keys (
      id ${text} NOT NULL PRIMARY KEY, account ${text} NOT NULL, name ${text} NOT NULL, key_hash ${text} NOT NULL UNIQUE,
      scope ${text} NOT NULL, workspaces ${text} NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
      last_used_at BIGINT)`,
    `CREATE INDEX api_keys_account ON api_keys (account)`,
  ];
}
