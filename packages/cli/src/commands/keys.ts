/** `waypost keys`: what lets scripts read the account's workspaces over HTTP without being a device. */
import type { ApiKey } from '@waypost/client/node';
import type { WorkspaceInfo } from '@waypost/protocol';
import { withAccount } from '../asking-server.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, usageError } from '../failure.ts';
import { matching, shortId } from '../finding.ts';
import { count, relativeTime } from '../output/relative-time.ts';
import { nameText, quoted } from '../output/text.ts';

const DAYS_MAX = 365;
const DAY_MS = 24 * 60 * 60 * 1_000;

export async function keys(context: Context): Promise<ExitCode> {
  return withAccount(context, async (client) => {
    const [list, workspaces] = await Promise.all([client.apiKeys(), client.workspaces()]);
    const { output } = context;
    const now = Date.now();
    output.result({ keys: list }, () => {
      if (list.length === 0) {
        output.line('No API keys: `waypost keys create NAME` makes one.');
        return;
      }
      output.table(
        ['ID', 'NAME', 'MAY', 'WORKSPACES', 'LAST USED', 'EXPIRES'],
        list.map((key) => [
          shortId(key.id),
          nameText(key.name),
          key.scope,
          workspacesText(key, workspaces),
          key.lastUsedAt === null ? 'never' : relativeTime(key.lastUsedAt, now),
          key.expiresAt <= now ? output.paint('yellow', 'expired') : `in ${daysUntil(key.expiresAt, now)}`,
        ]),
      );
    });
    return EXIT.done;
  });
}

export interface CreateKeyOptions {
  readonly scope: ApiKey['scope'];
  readonly workspace?: readonly string[];
  readonly days: string;
}

export async function createKey(context: Context, name: string, options: CreateKeyOptions): Promise<ExitCode> {
  const days = Number(options.days);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX)
    throw usageError(`${quoted(options.days)} is no number of days from 1 to ${DAYS_MAX}.`);
  if (name.trim() === '') throw usageError('The name of a key must say something, for you to know it again.');
  return withAccount(context, async (client) => {
    const workspaces = await client.workspaces();
    const chosen = options.workspace?.map((text) => matching(workspaces, text, 'workspace').id) ?? null;
    const key = await client.createApiKey({ name, scope: options.scope, workspaces: chosen, days });
    const { output } = context;
    output.result({ key }, () => {
      output.line(
        `Made ${quoted(key.name)}, which may ${key.scope} ${workspacesText(key, workspaces)} for ${count(days, 'day')}. It is shown this once:`,
      );
      output.line(output.paint('bold', key.secret));
    });
    return EXIT.done;
  });
}

export async function revokeKey(context: Context, idText: string): Promise<ExitCode> {
  return withAccount(context, async (client) => {
    const key = matching(await client.apiKeys(), idText, 'key');
    await client.revokeApiKey(key.id);
    context.output.result({ id: key.id, name: key.name, revoked: true }, () => {
      context.output.line(`Revoked ${quoted(key.name)}: it opens nothing any more.`);
    });
    return EXIT.done;
  });
}

function workspacesText({ workspaces }: Pick<ApiKey, 'workspaces'>, known: readonly WorkspaceInfo[]): string {
  if (workspaces === null) return 'all workspaces';
  // One that the account is no longer in is still named in the key, and opens nothing.
  return workspaces.map((id) => nameText(known.find((one) => one.id === id)?.name ?? shortId(id))).join(', ');
}

function daysUntil(at: number, now: number): string {
  return count(Math.ceil((at - now) / DAY_MS), 'day');
}
