/** One server from its start to its end. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { WaypostError } from '@waypost/protocol';
import type { FastifyInstance } from 'fastify';
import type { Backend, BackendOptions } from './backend.ts';
import { type DataFolder, openDataFolder, reasonOf, StartError } from './data-folder.ts';
import { APP_FOLDER, serveApp } from './http/app-files.ts';
import { createHttpServer, Health, type HttpServerOptions, refuseSync } from './http/http-server.ts';
import { metricsRoute } from './http/metrics-route.ts';
import { isOwnMachine, ownMachineRoutes } from './http/own-machine.ts';
import { collectWhenIdle } from './idle-collection.ts';
import { type Log, logTrouble, openLog } from './log.ts';
import { ServerMetrics } from './metrics/server-metrics.ts';
import { chance } from './platform.ts';
import type { Settings } from './settings.ts';
import { newLife } from './sync/rollback.ts';
import { troubleOf } from './sync/trouble.ts';
import { SyncService } from './sync-service.ts';

/** The contract says five seconds; what has not drained by then is safe in the database, or on its device. */
const DRAIN_MS = 4_000;

/** Resolves once the server answers; it then runs until it is told to stop. Throws {@link StartError}, WaypostError. */
export async function serve(settings: Settings): Promise<void> {
  const log = openLog();
  const folder = openDataFolder(settings.data);
  const health = new Health();
  const http: HttpServerOptions = { addresses: settings, tls: readTls(settings), health, log };
  const app = createHttpServer(http);
  const metrics = new ServerMetrics();
  metricsRoute(app, metrics, settings);
  const isOwn = isOwnMachine(settings);
  if (isOwn) ownMachineRoutes(app);
  const sender = isOwn ? 'machine' : settings.relay === null ? null : 'relay';
  serveApp(app, { folder: APP_FOLDER, sender, sync: settings.sync, log });
  const crash = (error: unknown) => {
    log.fatal({ error }, 'a part of the server failed; the process ends, so that it can be started afresh');
    process.exit(1);
  };
  const failed = (error: unknown) => {
    if (troubleOf(error) === null) log.error({ error }, 'something failed that nobody waits for');
    else {
      metrics.storageFailed();
      logTrouble(log, error);
    }
  };
  const open = async () => {
    const chunks = join(folder.path, 'snapshots');
    const options = { life: newLife(chance), elementsMax: settings.maxElements, chunks, failed, ended: crash };
    const backend = await openBackend(settings, folder, options);
    return new SyncService({ settings, backend, app, http, metrics, failed });
  };
  const sync = settings.sync ? await open() : null;
  if (sync === null) refuseSync(app);
  endOnRequest({ app, folder, health, log, sync });
  let address: string;
  try {
    address = await listen(app, settings);
    for (const line of (await sync?.start()) ?? []) process.stdout.write(`${line}\n`);
    folder.writePid();
  } catch (error) {
    folder.release();
    throw error;
  }
  if (!health.ready()) return;
  process.stdout.write(`Waypost is ready at ${address}\n`);
  collectWhenIdle();
  log.info({ address, data: settings.data, sync: settings.sync }, 'ready');
}

interface Running {
  readonly app: FastifyInstance;
  readonly folder: DataFolder;
  readonly health: Health;
  readonly log: Log;
  readonly sync: SyncService | null;
}

/** Lets devices go, finishes what runs, and ends the process, when told to or when whoever started it is gone. */
function endOnRequest({ app, folder, health, log, sync }: Running): void {
  const end = (code: number) => {
    folder.release();
    process.exit(code);
  };
  const stop = async (reason: string) => {
    if (!health.stopping()) return;
    log.info({ reason }, 'stopping');
    setTimeout(() => end(0), DRAIN_MS);
    try {
      sync?.drain();
      await app.close();
      await sync?.stop();
      end(0);
    } catch (error) {
      log.error({ error }, 'stopping failed');
      end(1);
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop(signal));
  if (process.channel) process.once('disconnect', () => void stop('disconnect'));
}

/** Each database brings its driver; only one is loaded. */
async function openBackend({ databaseUrl }: Settings, folder: DataFolder, options: BackendOptions): Promise<Backend> {
  if (databaseUrl === null)
    return (await import('./threads/sqlite-threads.ts')).sqliteThreads(folder.database, options);
  return (await import('./threads/in-process.ts')).postgresBackend(databaseUrl, options);
}

/** What to tell whoever started the program, in one sentence. */
export function sentenceOf(error: unknown): string {
  if (error instanceof StartError || error instanceof WaypostError) return error.message;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `This is a bug in Waypost (${what}): with WAYPOST_DEBUG=1 the same command shows where it is.`;
}

function readTls({ tls }: Settings): HttpServerOptions['tls'] {
  if (tls === null) return null;
  const pair = { cert: readPem(tls.certFile, 'certificate'), key: readPem(tls.keyFile, 'key') };
  try {
    createSecureContext(pair);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`The certificate ${tls.certFile} and the key ${tls.keyFile} do not work together: ${reason}.`);
  }
  return pair;
}

function readPem(file: string, what: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new StartError(`The ${what} ${file} cannot be read: ${reasonOf(error)}.`);
  }
}

/** The address to open, with the port that was really taken. */
async function listen(app: FastifyInstance, { host, port, tls, publicUrl }: Settings): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw new StartError(listenFailure(error, host, port));
  }
  if (publicUrl !== null) return publicUrl.href.replace(/\/$/, '');
  // It listens on a port, so its address is one.
  const { port: taken } = app.server.address() as AddressInfo;
  return `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${taken}`;
}

function listenFailure(error: unknown, host: string, port: number): string {
  switch (error instanceof Error && 'code' in error ? error.code : null) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: stop the program that has it, or choose another with --port.`;
    case 'EACCES':
      return `This user may not listen on port ${port}: choose one above 1023 with --port.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host}: choose another with --host.`;
    default:
      return `Waypost cannot listen on ${host}, port ${port}: ${error instanceof Error ? error.message : String(error)}.`;
  }
}
