import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  authoriseInTeam,
  authoriseInWorkspace,
  ROLES,
  TEAM_ROLES,
  TEAM_RULES,
  type TeamOperation,
  WORKSPACE_RULES,
  type WorkspaceOperation,
} from './authorise.ts';

const PAGE = new URL('../../../../docs/internals/permissions.md', import.meta.url);
const WORDS: Record<WorkspaceOperation | TeamOperation, string> = {
  'workspace.read': 'read everything in it',
  'workspace.members': 'see who is in it',
  'workspace.write': 'change what is in it',
  'workspace.rename': 'rename it',
  'workspace.set-role': 'change roles in it, take members out of it',
  'workspace.delete': 'delete it',
  'team.read': 'see its name, members and workspaces',
  'team.create-workspace': 'make a workspace in it',
  'team.leave': 'leave it',
  'team.rename': 'rename it',
  'team.invite': 'invite, see and withdraw invitations',
  'team.set-role': 'change roles in it and in all its workspaces',
  'team.remove-member': 'remove members',
  'team.delete': 'delete it',
};

describe('the gate', () => {
  it('hides from strangers what it forbids members', () => {
    expect(authoriseInWorkspace(null, 'workspace.read')).toBe('hidden');
    expect(authoriseInWorkspace('viewer', 'workspace.read')).toBe('allowed');
    expect(authoriseInWorkspace('viewer', 'workspace.write')).toBe('forbidden');
    expect(authoriseInTeam(null, 'team.delete')).toBe('hidden');
    expect(authoriseInTeam('member', 'team.delete')).toBe('forbidden');
    expect(authoriseInTeam('owner', 'team.delete')).toBe('allowed');
  });

  it('never allows less to whoever has more', () => {
    for (const operation of operationsIn(WORKSPACE_RULES)) {
      const decisions = ROLES.map((role) => authoriseInWorkspace(role, operation));
      expect(decisions, operation).toEqual(decisions.toSorted());
    }
  });

  it('is written out in docs/internals/permissions.md', () => {
    const page = matrix();
    if (process.env['WAYPOST_WRITE_DOCS'] === '1') writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });
});

function matrix(): string {
  const workspaces = operationsIn(WORKSPACE_RULES).map((operation) =>
    row(
      operation,
      [...ROLES, null].map((role) => authoriseInWorkspace(role, operation)),
    ),
  );
  const teams = operationsIn(TEAM_RULES).map((operation) =>
    row(
      operation,
      [...TEAM_ROLES, null].map((role) => authoriseInTeam(role, operation)),
    ),
  );
  return `# Who may do what

Made from \`packages/server/src/accounts/authorise.ts\` by its test (\`WAYPOST_WRITE_DOCS=1\`). *hidden*: the answer is the one for something
that does not exist. Every cell is asked over the real API in \`packages/server/src/http/permissions.test.ts\`.

## In a workspace

| operation | | ${ROLES.join(' | ')} | not a member |
|---|---|${'---|'.repeat(ROLES.length + 1)}
${workspaces.join('\n')}

The owner of a personal workspace is its administrator. In a team's workspace the team's owners are, and whoever made it.

## In a team

| operation | | ${TEAM_ROLES.join(' | ')} | not a member |
|---|---|${'---|'.repeat(TEAM_ROLES.length + 1)}
${teams.join('\n')}
`;
}

function row(operation: WorkspaceOperation | TeamOperation, decisions: readonly string[]): string {
  return `| \`${operation}\` | ${WORDS[operation]} | ${decisions.map((one) => (one === 'allowed' ? 'yes' : one)).join(' | ')} |`;
}

function operationsIn<Operation extends string>(rules: Record<Operation, unknown>): readonly Operation[] {
  return Object.keys(rules) as Operation[];
}
