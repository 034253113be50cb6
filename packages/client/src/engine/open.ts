/**
 * Opens a device: its workspaces as they are on disk, and, in the one process of its store that leads, the connection. The
 * others append to the same outbox and see what the leader writes.
 */
import {
  type ActorNames,
  type Actor,
  type ElementId,
  type ErrorCode,
  isErrorCode,
  type Position,
  type Schemas,
  type ServerMessage,
  uuidOf,
  WaypostError,
  type WorkspaceId,
  type WorkspaceInfo,
} from '@waypost/protocol';
import type { ContentRules } from './content.ts';
import type {
  ChangeReceipt,
  CheckOptions,
  CheckResult,
  ConflictView,
  Decision,
  Device,
  DeviceEvent,
  DeviceStatus,
  ElementSummary,
  ElementView,
  GivenUp,
  Intent,
  LocalRecords,
  LogLine,
  RefusedChange,
  SettledChange,
  ShownConflict,
  Unsynced,
} from './device.ts';
import { Lane } from './lane.ts';
import {
  type Chance,
  type Clock,
  type Compression,
  DEVICE,
  type DeviceStorage,
  type Fetcher,
  type Leadership,
  type Scheduler,
  type StorageWrite,
  type Transport,
  WINDOW,
} from './ports.ts';
import { CURRENT, NAMES, readRecord, SESSION, type SessionRecord, WORKSPACES } from './records.ts';
import { Session } from './session.ts';
import { NO_SESSION, sessionPhase, statusOf } from './status.ts';
import { READ_AGAIN_MS, Workspace } from './workspace.ts';
import type { WorkspaceHost, WorkspaceLink } from './workspace-core.ts';

export interface EnginePorts {
  readonly storage: DeviceStorage;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly scheduler: Scheduler;
  readonly leadership: Leadership;
  /** In order of preference; none where sync is off. */
  readonly transports: readonly Transport[];
  readonly fetcher: Fetcher;
  readonly compression: Compression;
}

export interface DeviceOptions extends EnginePorts {
  readonly schemas: Schemas;
  readonly me: Actor;
  /** An access token that is worth something. Throws WaypostError, `signed-out` where there is none any more. */
  readonly token: () => Promise<string>;
}

/** Where another process leads: how soon it is succeeded when it ends. */
const TAKE_LEAD_EVERY_MS = 1_000;
const LOG_RECORDS_MAX = 200;
/** What fits a hello, which is small because nobody is known before it. The others are followed after the welcome. */
const HELLO_POSITIONS_MAX = 24;

export async function openDevice(options: DeviceOptions): Promise<Device> {
  const device = new OpenDevice(options);
  await device.load();
  return device;
}

class OpenDevice implements Device, WorkspaceHost {
  readonly ports: DeviceOptions;
  readonly rules: ContentRules;
  readonly #workspaces = new Map<WorkspaceId, Workspace>();
  readonly #listeners = new Set<(event: DeviceEvent) => void>();
  readonly #session: Session;
  /** What is read from and written to the device's own records, one after the other. */
  readonly #lane = new Lane();
  #current: WorkspaceId | null = null;
  #names: ActorNames = {};
  /** As the leader last wrote it. */
  #told: SessionRecord | null = null;
  #lastSyncedAt: number | null = null;
  #sessionText = '';
  #statusText = '';
  #isLeading = false;
  #isTaking = false;
  #isClosed = false;
  #logged = 0;
  #announcing = false;
  #inHello: ReadonlySet<Workspace> = new Set();
  #stopWatching: () => void = () => undefined;
  #cancelLead: (() => void) | null = null;

  constructor(options: DeviceOptions) {
    this.ports = options;
    this.rules = { schemas: options.schemas, me: options.me };
    this.#session = new Session(options, {
      positions: () => this.#positions(),
      pending: () => this.#pendingCount(),
      began: () => this.#began(),
      ended: () => {
        for (const workspace of this.#workspaces.values()) workspace.disconnected();
      },
      heard: (message) => this.#heard(message),
      changed: () => this.changed(),
    });
  }

  async load(): Promise<void> {
    this.#stopWatching = this.ports.storage.watch(() => this.#othersCommitted());
    await this.#lane.run(() => this.#readDevice());
    this.#lead();
  }

  // ---- What a person sees and does

  workspaces(): readonly WorkspaceInfo[] {
    return [...this.#workspaces.values()].map(({ info }) => info);
  }

  current(): WorkspaceId | null {
    if (this.#current !== null && this.#workspaces.has(this.#current)) return this.#current;
    const personal = this.workspaces().find(({ kind }) => kind === 'personal') ?? this.workspaces()[0];
    return personal?.id ?? null;
  }

  async use(workspace: WorkspaceId): Promise<void> {
    this.#at(workspace);
    await this.#write([{ to: 'state', workspace: DEVICE, key: CURRENT, value: workspace }], 'strict');
    this.#current = workspace;
  }

  read(id: ElementId, workspace?: WorkspaceId): Promise<ElementView | null> {
    return this.#at(workspace).read(id);
  }

  list(parent: ElementId | null, workspace?: WorkspaceId): readonly ElementSummary[] {
    return this.#at(workspace).list(parent);
  }

  summary(id: ElementId, workspace?: WorkspaceId): ElementSummary | null {
    return this.#at(workspace).summary(id);
  }

  trash(workspace?: WorkspaceId): readonly ElementSummary[] {
    return this.#at(workspace).trash();
  }

  readTrashed(id: ElementId, workspace?: WorkspaceId): Promise<ElementView | null> {
    return this.#at(workspace).readTrashed(id);
  }

  async change(intents: readonly Intent[], workspace?: WorkspaceId): Promise<ChangeReceipt> {
    return this.#at(workspace).change(intents);
  }

  async outcome(receipt: ChangeReceipt, withinMs: number): Promise<SettledChange | null> {
    return this.#at(receipt.workspace).outcome(receipt, withinMs);
  }

  async conflicts(workspace?: WorkspaceId): Promise<readonly ConflictView[]> {
    return this.#at(workspace).conflicts();
  }

  async resolve(
    shown: ShownConflict,
    decision: Decision,
    workspace?: WorkspaceId,
  ): Promise<ChangeReceipt & { readonly created: ElementId | null }> {
    return this.#at(workspace).resolve(shown, decision);
  }

  refused(workspace?: WorkspaceId): readonly RefusedChange[] {
    return this.#at(workspace).refused();
  }

  async giveUp(id: ElementId, fields: readonly GivenUp[], workspace?: WorkspaceId): Promise<ChangeReceipt> {
    return this.#at(workspace).giveUp(id, fields);
  }

  async dismiss(refused: RefusedChange): Promise<void> {
    await this.#at(refused.workspace).dismiss(refused);
  }

  async check(options: CheckOptions, workspace?: WorkspaceId): Promise<CheckResult> {
    return this.#at(workspace).check(options);
  }

  names(): ActorNames {
    return this.#names;
  }

  retry(): void {
    if (this.#isLeading) {
      this.#session.dispatch({ kind: 'nudge' });
    } else {
      this.ports.leadership.nudge?.();
      // Whoever led may be gone, too.
      this.#lead();
    }
  }

  subscribe(listener: (event: DeviceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  whenSynced(withinMs: number): Promise<boolean> {
    if (this.status().phase === 'synced') return Promise.resolve(true);
    return new Promise((resolve) => {
      const end = (synced: boolean): void => {
        cancel();
        stop();
        resolve(synced);
      };
      const cancel = this.ports.scheduler.after(withinMs, () => end(false));
      const stop = this.subscribe((event) => {
        if (event.event === 'status' && event.status.phase === 'synced') end(true);
      });
    });
  }

  readonly local: LocalRecords = {
    all: (workspace) => this.ports.storage.scan('local', workspace),
    put: (workspace, key, value) => this.#write([{ to: 'local', workspace, key, value }], 'strict'),
  };

  async unsynced(): Promise<Unsynced> {
    const workspaces = [...this.#workspaces.values()];
    const elements = workspaces.flatMap((workspace) =>
      [...workspace.pendingByElement()].map(([id, changes]) => ({
        id,
        name: workspace.summary(id)?.name ?? '',
        changes,
      })),
    );
    const local = (await Promise.all(workspaces.map(({ id }) => this.ports.storage.scan('local', id)))).flat();
    const drafts = local.filter(({ key }) => key.startsWith('draft/')).length;
    const others = local.filter(({ key }) => !key.startsWith('draft/') && !key.startsWith(WINDOW)).length;
    return {
      ...{ changes: this.#pendingCount(), elements, drafts, localValues: others },
      conflicts: workspaces.reduce((sum, { openConflicts }) => sum + openConflicts.length, 0),
      refused: workspaces.reduce((sum, workspace) => sum + workspace.refused().length, 0),
    };
  }

  async log(): Promise<readonly LogLine[]> {
    const lines = (await this.ports.storage.scan('log', DEVICE)).map(({ value }) => JSON.parse(value) as LogLine);
    return lines.toSorted((a, b) => a.at - b.at);
  }

  async tidy(): Promise<void> {
    if (!this.#isLeading) return;
    for (const workspace of this.#workspaces.values()) await workspace.tidy();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelLead?.();
    this.#stopWatching();
    this.#session.dispatch({ kind: 'unwanted' });
    for (const workspace of this.#workspaces.values()) workspace.close();
    await Promise.all([...this.#workspaces.values()].map((workspace) => workspace.settle()));
    await this.#lane.run(async () => undefined);
    await this.ports.leadership.release();
    await this.ports.storage.close();
  }

  // ---- Status

  status(): DeviceStatus {
    const facts = [...this.#workspaces.values()].map((workspace) => ({
      ...{ id: workspace.id, name: workspace.info.name, pending: workspace.pendingCount, error: workspace.error },
      obstacle: workspace.obstacle,
      conflicts: workspace.openConflicts.length,
    }));
    return statusOf(this.#sessionRecord(), facts, this.#sessionError());
  }

  /** This process's own view of the connection, or what the leading one says. */
  #sessionRecord(): SessionRecord {
    if (!this.#isLeading) return this.#told ?? NO_SESSION;
    const { state, reason, transport } = this.#session.memory;
    const current = [...this.#workspaces.values()].filter(({ isCurrent }) => isCurrent).map(({ id }) => id);
    return {
      phase: sessionPhase(this.#session.memory),
      detail: reason?.detail ?? '',
      transport: state === 'live' ? transport : null,
      current: state === 'live' ? current : [],
      former: [...this.#workspaces.values()].filter(({ isMember }) => !isMember).map(({ id }) => id),
      lastSyncedAt: this.#lastSyncedAt,
    };
  }

  #sessionError(): { readonly code: ErrorCode; readonly message: string } | null {
    const reason = this.#isLeading ? this.#session.memory.reason : null;
    return reason === null ? null : { code: reason.code, message: reason.detail };
  }

  // ---- What workspaces ask of the device

  newId(): string {
    return uuidOf(this.ports.chance.bytes(16));
  }

  emit(event: DeviceEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }

  link(): WorkspaceLink | null {
    if (!this.#isLeading || !this.#session.isLive) return null;
    const session = this.#session;
    return {
      transport: session.transport,
      send: (message) => session.send(message),
      bufferedBytes: () => session.bufferedBytes(),
    };
  }

  /** Told once for whatever changes together. */
  changed(): void {
    if (this.#announcing || this.#isClosed) return;
    this.#announcing = true;
    void Promise.resolve().then(() => {
      this.#announcing = false;
      this.#announce();
    });
  }

  note(message: string): void {
    const at = this.ports.clock.now();
    this.#logged += 1;
    const key = String(this.#logged % LOG_RECORDS_MAX).padStart(4, '0');
    void this.#write([{ to: 'log', workspace: DEVICE, key, value: JSON.stringify({ at, message }) }], 'relaxed').catch(
      () => undefined,
    );
  }

  interrupt(error: WaypostError): void {
    this.#session.dispatch({ kind: 'closed', reason: { code: error.code, detail: error.message } });
  }

  learnNames(names: ActorNames): void {
    const isNews = Object.entries(names).some(
      ([device, name]) => JSON.stringify(this.#names[device]) !== JSON.stringify(name),
    );
    if (!isNews) return;
    this.#names = { ...this.#names, ...names };
    void this.#write(
      [{ to: 'state', workspace: DEVICE, key: NAMES, value: JSON.stringify(this.#names) }],
      'relaxed',
    ).catch(() => undefined);
  }

  // ---- The connection

  #lead(): void {
    // Without a way to the server there is nothing to lead, and another process may have one.
    if (this.#isClosed || this.#isTaking || this.#isLeading || this.ports.transports.length === 0) return;
    this.#cancelLead?.();
    this.#isTaking = true;
    const handlers = { lost: () => this.#lostLead(), nudged: () => this.#session.dispatch({ kind: 'nudge' }) };
    void this.ports.leadership.take(handlers).then(
      (taken) => this.#tookLead(taken),
      () => this.#tookLead(false),
    );
  }

  #tookLead(taken: boolean): void {
    this.#isTaking = false;
    if (this.#isClosed) {
      if (taken) void this.ports.leadership.release();
    } else if (taken) {
      this.#isLeading = true;
      this.#session.dispatch({ kind: 'wanted' });
    } else {
      this.#cancelLead = this.ports.scheduler.after(TAKE_LEAD_EVERY_MS, () => this.#lead());
    }
  }

  /** This process stood still, and another leads by now. What it was about to write expects what is there no more. */
  #lostLead(): void {
    if (!this.#isLeading || this.#isClosed) return;
    this.#isLeading = false;
    this.#session.dispatch({ kind: 'unwanted' });
    this.#othersCommitted();
    this.#tookLead(false);
  }

  #positions(): Position[] {
    this.#inHello = new Set(this.#members().slice(0, HELLO_POSITIONS_MAX));
    return [...this.#inHello].map((workspace) => workspace.position());
  }

  #members(): readonly Workspace[] {
    return [...this.#workspaces.values()].filter(({ isMember }) => isMember);
  }

  #began(): void {
    for (const workspace of this.#members()) workspace.connected({ inHello: this.#inHello.has(workspace) });
  }

  #heard(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
      case 'workspaces':
        void this.#lane
          .run(() => this.#takeWorkspaces(message.workspaces))
          .catch((error: unknown) => this.#failed(error));
        break;
      case 'delta':
      case 'reset':
      case 'received':
        this.#workspaces.get(message.workspace)?.handle(message);
        break;
      case 'error':
        if (message.workspace !== null) this.#workspaces.get(message.workspace)?.handle(message);
        else this.interrupt(new WaypostError(isErrorCode(message.code) ? message.code : 'internal', message.message));
        break;
      case 'signed-out':
        this.emit({ event: 'signed-out', erase: message.erase });
        break;
      case 'goaway':
      case 'pong':
        break;
    }
  }

  /** The workspaces of the account, as the server has them now. */
  async #takeWorkspaces(infos: readonly WorkspaceInfo[]): Promise<void> {
    const fresh: Workspace[] = [];
    for (const info of infos) {
      const known = this.#workspaces.get(info.id);
      if (known !== undefined) {
        known.info = info;
        if (!known.isMember) fresh.push(known);
        continue;
      }
      const opened = await Workspace.open(this, info);
      this.#workspaces.set(info.id, opened);
      fresh.push(opened);
    }
    for (const workspace of [...this.#workspaces.values()]) {
      if (infos.some(({ id }) => id === workspace.id)) continue;
      workspace.expelled();
      // What exists only here stays until its person decides about it.
      if (await workspace.leave()) this.#workspaces.delete(workspace.id);
    }
    await this.#write(
      [{ to: 'state', workspace: DEVICE, key: WORKSPACES, value: JSON.stringify(this.workspaces()) }],
      'strict',
    );
    if (this.#session.isLive) for (const workspace of fresh) workspace.connected({ inHello: false });
    this.changed();
  }

  #failed(error: unknown): void {
    if (!(error instanceof WaypostError)) throw error;
    this.interrupt(error);
  }

  // ---- What is on disk

  #othersCommitted(): void {
    if (this.#isClosed) return;
    for (const workspace of this.#workspaces.values()) workspace.refresh();
    this.#refresh();
  }

  #refresh(): void {
    if (this.#isClosed) return;
    const readAgain = (): void => void this.ports.scheduler.after(READ_AGAIN_MS, () => this.#refresh());
    void this.#lane.run(() => this.#readDevice()).catch(readAgain);
  }

  async #readDevice(): Promise<void> {
    const texts = new Map((await this.ports.storage.scan('state', DEVICE)).map(({ key, value }) => [key, value]));
    this.#names = { ...readRecord(NAMES, texts.get(NAMES)), ...this.#names };
    const current = texts.get(CURRENT);
    this.#current = current === undefined ? null : (current as WorkspaceId);
    this.#told = readRecord(SESSION, texts.get(SESSION));
    this.#lastSyncedAt ??= this.#told?.lastSyncedAt ?? null;
    const infos = readRecord(WORKSPACES, texts.get(WORKSPACES)) ?? [];
    // The leading process knows better than what it wrote a moment ago.
    if (!this.#isLeading) {
      for (const info of infos) {
        const known = this.#workspaces.get(info.id);
        if (known === undefined) this.#workspaces.set(info.id, await Workspace.open(this, info));
        else known.info = info;
      }
      for (const { id } of this.workspaces()) {
        if (infos.some((info) => info.id === id)) continue;
        this.#workspaces.get(id)?.close();
        this.#workspaces.delete(id);
      }
    }
    this.changed();
  }

  #announce(): void {
    if (this.#isClosed) return;
    const status = this.status();
    if (status.phase === 'synced' && this.#isLeading) this.#lastSyncedAt = this.ports.clock.now();
    if (this.#isLeading) this.#writeSession();
    const text = JSON.stringify({ ...status, lastSyncedAt: null });
    if (text === this.#statusText) return;
    this.#statusText = text;
    this.emit({ event: 'status', status: this.status() });
  }

  #writeSession(): void {
    const record = this.#sessionRecord();
    const text = JSON.stringify({ ...record, lastSyncedAt: null });
    if (text === this.#sessionText) return;
    this.#sessionText = text;
    void this.#write(
      [{ to: 'state', workspace: DEVICE, key: SESSION, value: JSON.stringify(record) }],
      'relaxed',
    ).catch(() => {
      this.#sessionText = '';
    });
  }

  async #write(writes: readonly StorageWrite[], durability: 'strict' | 'relaxed'): Promise<void> {
    await this.ports.storage.commit({ writes }, durability);
  }

  #at(id: WorkspaceId | undefined): Workspace {
    const asked = id ?? this.current();
    const workspace = asked === null ? undefined : this.#workspaces.get(asked);
    if (workspace === undefined) throw new WaypostError('no-workspace');
    return workspace;
  }

  #pendingCount(): number {
    return [...this.#workspaces.values()].reduce((sum, { pendingCount }) => sum + pendingCount, 0);
  }
}
