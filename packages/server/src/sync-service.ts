/** Everything that a server with sync on does beyond answering HTTP: accounts, devices, the database behind them. */
import { type DeviceId, WaypostError } from '@waypost/protocol';
import type { FastifyInstance } from 'fastify';
import { Accounts } from './accounts/accounts.ts';
import { AttemptLimit } from './accounts/attempt-limit.ts';
import { Keys } from './accounts/keys.ts';
import type { Effects } from './accounts/refusals.ts';
import { Teams } from './accounts/teams.ts';
import { Workspaces } from './accounts/workspaces.ts';
import { NoticeWatch } from './administration/notice-watch.ts';
import type { Backend } from './backend.ts';
import { accountRoutes, signInRoutes } from './http/account-routes.ts';
import { auditTrail } from './http/audit-trail.ts';
import { requireCaller } from './http/callers.ts';
import { type HttpServerOptions, onUpgrade } from './http/http-server.ts';
import { keyRoutes } from './http/key-routes.ts';
import { relayRoutes } from './http/relay.ts';
import { syncRequestRoutes } from './http/sync-requests.ts';
import { SyncSockets } from './http/sync-sockets.ts';
import { teamRoutes } from './http/team-routes.ts';
import { workspaceRoutes } from './http/workspace-routes.ts';
import type { ServerMetrics } from './metrics/server-metrics.ts';
import { clock, scheduler } from './platform.ts';
import { isLoopback, type Settings } from './settings.ts';
import { createLive, type Live } from './sync/live.ts';
import type { Accounts as SyncAccounts } from './sync/ports.ts';
import { VERSION } from './version.ts';

/** Devices come back within this long, each at a moment of its own. */
const RECONNECT_WITHIN_MS = 5_000;
/** A year. */
const AUDIT_KEPT_MS = 366 * 24 * 60 * 60 * 1_000;
/** Some 200 MB. */
const AUDIT_ENTRIES_MAX = 1_000_000;
const EXPIRE_EVERY_MS = 60 * 60 * 1_000;

export interface SyncServiceOptions {
  readonly settings: Settings;
  readonly backend: Backend;
  readonly app: FastifyInstance;
  readonly http: HttpServerOptions;
  readonly metrics: ServerMetrics;
  readonly failed: (error: unknown) => void;
}

export class SyncService {
  readonly #backend: Backend;
  readonly #accounts: Accounts;
  readonly #live: Live;
  readonly #sockets: SyncSockets;
  readonly #endPolls: () => void;
  readonly #notices: NoticeWatch;
  readonly #failed: (error: unknown) => void;
  #expiring: NodeJS.Timeout | null = null;

  /** Puts the routes in place; nothing answers before {@link start}. */
  constructor({ settings, backend, app, http, metrics, failed }: SyncServiceOptions) {
    this.#failed = failed;
    this.#backend = backend;
    const effects: Effects = {
      workspacesChanged: (account) => this.#live.hub.workspacesChanged(account),
      workspacesErased: (workspaces) => backend.reads.forget(workspaces),
    };
    const signedOut = (devices: readonly DeviceId[], erase: boolean) => {
      for (const device of devices) this.#live.hub.signOut(device, { erase });
    };
    this.#accounts = new Accounts({
      store: this.#backend.accountStore,
      maxDevices: settings.maxDevices === 0 ? null : settings.maxDevices,
      guarded: !isLoopback(settings.host) || (settings.publicUrl !== null && !isLoopback(settings.publicUrl.hostname)),
      now: () => clock.now(),
      signedOut,
      workspacesErased: effects.workspacesErased,
    });
    this.#live = createLive({
      accounts: syncAccounts(this.#accounts, this.#failed),
      committer: this.#backend.committer,
      feed: this.#backend.feed,
      acknowledger: this.#backend.acknowledger,
      clock,
      scheduler,
      nodes: null,
      failed: this.#failed,
    });
    this.#notices = new NoticeWatch({
      store: backend.adminStore,
      scheduler,
      signedOut,
      forgotten: effects.workspacesErased,
      failed,
    });
    this.#backend.onCommit((news) => {
      metrics.committed(news.to - news.from);
      this.#live.hub.committed(news);
    });
    metrics.countSync(() => this.#live.hub.counts);
    const store = this.#backend.teamStore;
    const now = () => clock.now();
    const teams = new Teams({ ...effects, store, attempts: new AttemptLimit(now), now });
    const keys = new Keys({ store: this.#backend.keyStore, now });
    const workspaces = new Workspaces({ ...effects, accounts: this.#backend.accountStore, store });
    const routes = { accounts: this.#accounts, version: VERSION };
    auditTrail(app, { store: backend.adminStore, accounts: backend.accountStore, now, failed });
    signInRoutes(app, routes);
    let endPolls = () => undefined as void;
    app.register(async (devices) => {
      requireCaller(devices, { accounts: this.#accounts, keys });
      accountRoutes(devices, routes);
      keyRoutes(devices, keys);
      teamRoutes(devices, { teams, workspaces });
      workspaceRoutes(devices, backend.reads);
      relayRoutes(devices, { accounts: this.#accounts, allowed: settings.relay });
      endPolls = syncRequestRoutes(devices, this.#live);
    });
    this.#endPolls = () => endPolls();
    this.#sockets = new SyncSockets({ live: this.#live, log: http.log });
    onUpgrade(app, { ...http, path: '/api/sync', handle: (...upgrade) => this.#sockets.upgrade(...upgrade) });
  }

  /** Brings the database up to date. Returns what the operator has to know. */
  async start(): Promise<readonly string[]> {
    await this.#backend.start();
    await this.#notices.start();
    await this.#accounts.expire();
    const expire = () => {
      void this.#accounts.expire().catch(this.#failed);
      const before = clock.now() - AUDIT_KEPT_MS;
      void this.#backend.adminStore.thinAudit({ before, entriesMax: AUDIT_ENTRIES_MAX }).catch(this.#failed);
    };
    this.#expiring = setInterval(expire, EXPIRE_EVERY_MS);
    this.#expiring.unref();
    const setupToken = await this.#accounts.setupToken();
    return setupToken === null ? [] : [`Set-up token for the first account: ${setupToken}`];
  }

  /** Lets devices go; what they sent is still answered. */
  drain(): void {
    if (this.#expiring !== null) clearInterval(this.#expiring);
    this.#notices.stop();
    this.#live.hub.close(RECONNECT_WITHIN_MS);
    this.#endPolls();
    this.#sockets.close();
  }

  async stop(): Promise<void> {
    this.#sockets.terminate();
    await this.#backend.stop();
  }
}

/** Accounts as conversations know them. */
function syncAccounts(accounts: Accounts, failed: (error: unknown) => void): SyncAccounts {
  return {
    async authenticate(token) {
      try {
        const caller = await accounts.authenticate(token);
        const { account, id: device, name: deviceName } = caller.device;
        return { kind: 'known', actor: { account, device }, email: (await accounts.account(caller)).email, deviceName };
      } catch (error) {
        if (!(error instanceof WaypostError) || error.code !== 'signed-out') throw error;
        return { kind: 'signed-out', erase: error.details['erase'] === true };
      }
    },
    workspaces: (account) => accounts.workspaces(account),
    seen: (actor, waiting) => void accounts.waits(actor.device, waiting).catch(failed),
    arrived: (actor, arrived) => void accounts.arrived(actor.device, arrived).catch(failed),
  };
}
