/** The SQLite database behind two threads, seen from the main one. */
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { WaypostError } from '@waypost/protocol';
import type { AccountStore } from '../accounts/account-store.ts';
import type { KeyStore } from '../accounts/key-store.ts';
import type { TeamStore } from '../accounts/team-store.ts';
import type { Backend, BackendOptions } from '../backend.ts';
import type { CommitNews, Committer, Feed } from '../sync/ports.ts';
import { type Callable, Calls, standIn } from './calls.ts';
import type { WorkspaceReads } from '../sync/workspace-reads.ts';

export interface WritingData {
  readonly port: MessagePort;
  readonly fromReading: MessagePort;
  readonly file: string;
  readonly life: string;
  readonly elementsMax: number | null;
}

export interface ReadingData {
  readonly port: MessagePort;
  readonly toWriting: MessagePort;
  readonly file: string;
  readonly chunks: string;
}

export interface WritingThread {
  /** Returns the server's key. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

export interface ReadingThread {
  start(serverKey: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Enough for a push or an element at their maximum several times over. What a burst fills of the young generation is given
 * back when the thread is idle.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 24 };

const ACCOUNT_METHODS: readonly Callable<AccountStore>[] = [
  ...(['setting', 'putSetting', 'settingOr', 'hasAccounts', 'createAccount', 'accountByEmail', 'account'] as const),
  ...([
    'changePassword',
    'isReset',
    'resetPassword',
    'deleteAccount',
    'signIn',
    'authenticate',
    'renew',
    'devices',
    'device',
    'renameDevice',
  ] as const),
  ...(['deviceSeen', 'signOut', 'expire', 'workspaces', 'createWorkspace'] as const),
];

const TEAM_METHODS: readonly Callable<TeamStore>[] = [
  ...(['createTeam', 'teams', 'team', 'renameTeam', 'deleteTeam', 'setTeamRole', 'setWorkspaceRole'] as const),
  ...(['invite', 'withdrawInvitation', 'invitation', 'join', 'removeMember'] as const),
  ...(['createTeamWorkspace', 'setRoleIn', 'membersIn', 'renameWorkspace', 'deleteWorkspace'] as const),
];

const ADMIN_METHODS: readonly Callable<Backend['adminStore']>[] = ['lastNotice', 'notices', 'record', 'thinAudit'];
const KEY_METHODS: readonly Callable<KeyStore>[] = ['createKey', 'keys', 'revokeKey', 'keyByHash', 'keyUsed'];

const READ_METHODS: readonly Callable<WorkspaceReads>[] = [
  ...(['manifest', 'chunk', 'element', 'history', 'version', 'digests', 'forget'] as const),
];

export function sqliteThreads(file: string, options: BackendOptions): Backend {
  const between = new MessageChannel();
  const { life, elementsMax } = options;
  const writing = startThread('writing', { file, fromReading: between.port1, life, elementsMax }, options);
  const reading = startThread('reading', { file, toWriting: between.port2, chunks: options.chunks }, options);
  writing.calls.on('failed', options.failed);
  const writingThread = standIn<WritingThread>(writing.calls, 'thread', ['start', 'stop']);
  const readingThread = standIn<ReadingThread>(reading.calls, 'thread', ['start', 'stop']);
  return {
    accountStore: standIn<AccountStore>(writing.calls, 'accountStore', ACCOUNT_METHODS),
    teamStore: standIn<TeamStore>(writing.calls, 'teamStore', TEAM_METHODS),
    adminStore: standIn<Backend['adminStore']>(writing.calls, 'adminStore', ADMIN_METHODS),
    keyStore: standIn<KeyStore>(writing.calls, 'keyStore', KEY_METHODS),
    committer: standIn<Committer>(writing.calls, 'committer', ['push']),
    // A lost one is said again with the device's next hello.
    acknowledger: { note: (...note) => void writing.calls.call('acknowledger', 'note', note).catch(() => undefined) },
    feed: standIn<Feed>(reading.calls, 'feed', ['catchUp', 'news']),
    reads: standIn<WorkspaceReads>(reading.calls, 'reads', READ_METHODS),
    onCommit: (listener) => writing.calls.on('commit', (news) => listener(news as CommitNews)),
    async start() {
      await readingThread.start(await writingThread.start());
    },
    async stop() {
      await readingThread.stop();
      reading.calls.close();
      await writingThread.stop();
      writing.calls.close();
      await Promise.all([writing.ended, reading.ended]);
    },
  };
}

interface Thread {
  readonly calls: Calls;
  readonly ended: Promise<void>;
}

function startThread(
  name: 'writing' | 'reading',
  data: Omit<WritingData, 'port'> | Omit<ReadingData, 'port'>,
  { ended: crashed }: BackendOptions,
): Thread {
  const { port1, port2 } = new MessageChannel();
  // Built files end in .js, sources in .ts.
  const file = new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const ports = 'fromReading' in data ? [port2, data.fromReading] : [port2, data.toWriting];
  const worker = new Worker(file, {
    name,
    workerData: { ...data, port: port2 },
    transferList: ports,
    resourceLimits: RESOURCE_LIMITS,
  });
  const calls = new Calls(port1);
  worker.on('error', (error) => {
    calls.fail(new WaypostError('internal'));
    crashed(error);
  });
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      calls.fail(new WaypostError('shutting-down'));
      resolve();
    });
  });
  return { calls, ended };
}
