/** What sync is doing, in a phase and a sentence: pure, over what the connection and the workspaces say of themselves. */
import { type ErrorCode, ERRORS, type WorkspaceId } from '@waypost/protocol';
import type { ConnectionMemory } from './connection.ts';
import type { DeviceStatus, WorkspaceStatus } from './device.ts';
import type { SessionRecord } from './records.ts';

/** What a workspace contributes. */
export interface WorkspaceFacts {
  readonly id: WorkspaceId;
  readonly name: string;
  readonly pending: number;
  readonly conflicts: number;
  readonly error: DeviceStatus['error'];
  readonly obstacle: DeviceStatus['obstacle'];
}

export const NO_SESSION: SessionRecord = {
  ...{ phase: 'waiting', detail: ERRORS.offline.advice, transport: null, current: [], former: [], lastSyncedAt: null },
};

export function statusOf(
  session: SessionRecord,
  facts: readonly WorkspaceFacts[],
  sessionError: DeviceStatus['error'],
): DeviceStatus {
  const workspaces = facts.map((workspace) => workspaceStatus(workspace, session));
  const failed = facts.find(({ error }) => error !== null);
  const members = workspaces.filter(({ id }) => !session.former.includes(id));
  const phase = overall(session, members);
  const pending = facts.reduce((sum, workspace) => sum + workspace.pending, 0);
  const obstacle =
    phase === 'syncing' ? (facts.find((workspace) => workspace.obstacle !== null)?.obstacle ?? null) : null;
  return {
    ...{ phase, workspaces, pending, state: stateOf(phase) },
    detail: failed?.error?.message ?? obstacle?.message ?? sentence({ phase, pending, detail: session.detail }),
    conflicts: facts.reduce((sum, { conflicts }) => sum + conflicts, 0),
    lastSyncedAt: session.lastSyncedAt,
    transport: session.transport,
    error: failed?.error ?? (phase === 'failed' ? sessionError : null),
    obstacle,
  };
}

export function sessionPhase({ state, reason }: Pick<ConnectionMemory, 'state' | 'reason'>): SessionRecord['phase'] {
  switch (state) {
    case 'live':
      return 'online';
    case 'ended':
      return 'signed-out';
    case 'connecting':
    case 'greeting':
      return 'connecting';
    case 'off':
    case 'waiting':
      return reason === null || isTriedAgain(reason.code) ? 'waiting' : 'failed';
  }
}

function isTriedAgain(code: ErrorCode): boolean {
  return ERRORS[code].retry;
}

function workspaceStatus(
  { id, name, pending, conflicts, error }: WorkspaceFacts,
  session: SessionRecord,
): WorkspaceStatus {
  const connected = session.current.includes(id) && pending === 0 ? 'synced' : 'syncing';
  // Who is no member any more keeps what was not sent, and nothing of it will be.
  const isStopped = error !== null || session.former.includes(id);
  const phase = isStopped ? 'failed' : session.phase === 'online' ? connected : session.phase;
  return { id, name, pending, conflicts, phase, state: stateOf(phase) };
}

function overall(session: SessionRecord, workspaces: readonly WorkspaceStatus[]): DeviceStatus['phase'] {
  if (workspaces.some(({ phase }) => phase === 'failed')) return 'failed';
  if (session.phase !== 'online') return session.phase;
  return workspaces.length > 0 && workspaces.every(({ phase }) => phase === 'synced') ? 'synced' : 'syncing';
}

function stateOf(phase: DeviceStatus['phase']): DeviceStatus['state'] {
  switch (phase) {
    case 'signed-out':
    case 'connecting':
    case 'waiting':
      return 'offline';
    case 'syncing':
    case 'synced':
      return 'online';
    case 'failed':
      return 'error';
  }
}

function sentence({ phase, pending, detail }: Pick<DeviceStatus, 'phase' | 'pending' | 'detail'>): string {
  switch (phase) {
    case 'signed-out':
      return 'This device is signed out: work stays on it.';
    case 'connecting':
      return 'Connecting to the server.';
    case 'waiting':
      return detail === '' ? ERRORS.offline.advice : detail;
    case 'syncing':
      if (pending === 0) return 'Fetching what is new on the server.';
      return pending === 1
        ? 'One change is on its way to the server.'
        : `${pending} changes are on their way to the server.`;
    case 'synced':
      return 'Everything here is on the server, and everything there is here.';
    case 'failed':
      return detail;
  }
}
