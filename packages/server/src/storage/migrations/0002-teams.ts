/** Teams, who is in them, and invitations. The owner of a team's workspace is the team. */
import type { Dialect } from '../dialect.ts';

export function teams({ text }: Dialect): readonly string[] {
  return [
    `CREATE TABLE teams (id ${text} NOT NULL PRIMARY KEY, name ${text} NOT NULL, created_at BIGINT NOT NULL)`,
    // The last column: what the member is in workspaces of the team that are made from now on.
    `CREATE TABLE team_members (
      team ${text} NOT NULL, account ${text} NOT NULL, role ${text} NOT NULL, joined_at BIGINT NOT NULL,
      workspace_role ${text} NOT NULL, PRIMARY KEY (team, account))`,
    `CREATE INDEX team_members_account ON team_members (account)`,
    `CREATE TABLE invitations (
      id ${text} NOT NULL PRIMARY KEY, team ${text} NOT NULL, token_hash ${text} NOT NULL UNIQUE,
      workspace_role ${text} NOT NULL, invited_by ${text} NOT NULL, created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL, uses_left BIGINT NOT NULL)`,
    `CREATE INDEX invitations_team ON invitations (team, created_at)`,
    `CREATE INDEX invitations_expired ON invitations (expires_at)`,
  ];
}
