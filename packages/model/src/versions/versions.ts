/** The history of an element as the server keeps it. */
import {
  type AccountId,
  type Actor,
  type ActorNames,
  type Content,
  type DeviceId,
  type ElementId,
  type JsonText,
  WaypostError,
  type WorkspaceId,
  writeGroup,
} from '@waypost/protocol';
import { schemas } from '../kinds/schemas.ts';

/** The text the server answers with at a path. Throws what it says, and `offline` where it says nothing. */
export type Asking = (path: string) => Promise<string>;

export interface Version {
  readonly revision: number;
  readonly by: Actor;
  readonly at: number;
  /** The groups that were written, or parked. */
  readonly groups: readonly string[];
  /** What it replaced, or parked, by group; long values are left out. */
  readonly values: ReadonlyMap<string, JsonText | null>;
  readonly status: 'current' | 'replaced' | 'unmerged';
}

export interface VersionOf {
  readonly workspace: WorkspaceId;
  readonly id: ElementId;
}

export interface Versions {
  /** Newest first. */
  readonly versions: readonly Version[];
  /** Of the devices that wrote them; this one may not have met them all. */
  readonly names: ActorNames;
}

/** Throws `offline`, and `not-found` for an element the server never had. */
export async function readVersions(ask: Asking, { workspace, id }: VersionOf): Promise<Versions> {
  const answer = await readJson(ask, `/api/workspaces/${workspace}/history/${id}`);
  const versions = memberOf(answer, 'versions');
  if (!Array.isArray(versions)) throw unreadable();
  return { versions: versions.map(versionOf), names: namesIn(memberOf(answer, 'names')) };
}

/** What to write to have the element as it was at a version; for one that was parked, what was parked. */
export async function readVersionValues(
  ask: Asking,
  { workspace, id }: VersionOf,
  { revision, status }: Pick<Version, 'revision' | 'status'>,
): Promise<ReadonlyMap<string, JsonText | null>> {
  const query = status === 'unmerged' ? '?status=unmerged' : '';
  const answer = await readJson(ask, `/api/workspaces/${workspace}/history/${id}/${revision}${query}`);
  const values = memberOf(answer, 'values');
  if (typeof values !== 'object' || values === null) throw unreadable();
  return groupValuesIn(values);
}

/** The content with these groups written; what something else stands in the way of stays as it is. */
export function withValues(kind: string, content: Content, values: ReadonlyMap<string, JsonText | null>): Content {
  const groups = [...values].filter(([group]) => !group.startsWith('@') && !group.endsWith('@order'));
  const orders = [...values].filter(([group]) => !group.startsWith('@') && group.endsWith('@order'));
  // A group may have to wait for another to make room for it, so whatever was blocked has a second turn.
  return [...groups, ...groups, ...orders].reduce((now, [group, value]) => {
    const written = writeGroup(schemas(kind), now, group, value);
    return written === 'blocked' ? now : written;
  }, content);
}

async function readJson(ask: Asking, path: string): Promise<unknown> {
  const text = await ask(path);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unreadable();
  }
}

function versionOf(value: unknown): Version {
  const [revision, at, status, fields, by, values] = ['revision', 'at', 'status', 'fields', 'by', 'values'].map(
    (name) => memberOf(value, name),
  );
  const isStatus = status === 'current' || status === 'replaced' || status === 'unmerged';
  if (typeof revision !== 'number' || typeof at !== 'number' || !isStatus || !Array.isArray(fields)) throw unreadable();
  const actor: Actor = {
    account: textOf(memberOf(by, 'account')) as AccountId,
    device: textOf(memberOf(by, 'device')) as DeviceId,
  };
  return { revision, at, status, by: actor, groups: fields.map(String), values: groupValuesIn(values) };
}

function groupValuesIn(values: unknown): ReadonlyMap<string, JsonText | null> {
  const entries = typeof values === 'object' && values !== null ? Object.entries(values) : [];
  return new Map(entries.map(([group, value]) => [group, typeof value === 'string' ? value : null]));
}

function namesIn(value: unknown): ActorNames {
  if (typeof value !== 'object' || value === null) return {};
  const named = Object.entries(value).map(([device, name]: [string, unknown]) => {
    const [account, email, deviceName] = ['account', 'email', 'device'].map((member) => textOf(memberOf(name, member)));
    return [device, { account: account as AccountId, email: email ?? '', device: deviceName ?? '' }] as const;
  });
  return Object.fromEntries(named);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (Object.entries(value).find(([key]) => key === name)?.[1] as unknown)
    : undefined;
}

function unreadable(): WaypostError {
  return new WaypostError(
    'bad-message',
    'The server’s answer about the history is not what this Waypost expects: update the older of the two.',
  );
}
