/**
 * One contender on stage: its server on a copy of the seeded workspace, and as many client processes as a workload
 * asks for. Everything is ended and removed when the play is over; after a failure the main process sees to that.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { ClientHandle } from './client-handle.ts';
import type { ContenderName, RunningServer, ServerAddress } from './contender.ts';
import { loadServerSide } from './contenders.ts';

export class Stage {
  readonly contender: ContenderName;
  readonly server: RunningServer;
  readonly requestCount: number;
  readonly #folder: string;
  readonly #clients: ClientHandle[] = [];
  #nextMark = 1;

  constructor(options: { contender: ContenderName; server: RunningServer; requestCount: number; folder: string }) {
    this.contender = options.contender;
    this.server = options.server;
    this.requestCount = options.requestCount;
    this.#folder = options.folder;
  }

  /** A device in a process of its own: signed in, empty, offline. */
  openDevice(address: ServerAddress = this.server.address): Promise<ClientHandle> {
    return this.#open('openDevice', address);
  }

  openCrowd(): Promise<ClientHandle> {
    return this.#open('openCrowd', this.server.address);
  }

  /** Marks that no edit on this stage has had yet. */
  takeMarks(count: number): { readonly from: number; readonly count: number } {
    const from = this.#nextMark;
    this.#nextMark += count;
    return { from, count };
  }

  async closeClients(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
  }

  async #open(operation: 'openDevice' | 'openCrowd', address: ServerAddress): Promise<ClientHandle> {
    const client = new ClientHandle();
    this.#clients.push(client);
    const folder = await mkdtemp(join(this.#folder, 'client-'));
    await client.ask(operation, { contender: this.contender, address, folder });
    return client;
  }
}

export interface StageOptions {
  readonly contender: ContenderName;
  readonly requestCount: number;
  /** Where all folders of this bench are, on the disk that is measured. */
  readonly workFolder: string;
}

/** Sets up a server with the workspace, plays, and clears away. */
export async function onStage(options: StageOptions, play: (stage: Stage) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(options.workFolder, `${options.contender}-`));
  await cp(await seededData(options), dataFolder(folder), { recursive: true });
  await withServer(options, folder, play);
  await rm(folder, { recursive: true });
}

const seeded = new Map<string, Promise<string>>();

/** The data of a server that holds the workspace; made once per contender and size, copied for each stage. */
function seededData(options: StageOptions): Promise<string> {
  const key = `${options.contender} ${options.requestCount}`;
  const data = seeded.get(key) ?? seed(options);
  seeded.set(key, data);
  return data;
}

async function seed(options: StageOptions): Promise<string> {
  const folder = await mkdtemp(join(options.workFolder, `${options.contender}-seed-`));
  await mkdir(dataFolder(folder));
  await withServer(options, folder, async (stage) => {
    const device = await stage.openDevice();
    await device.ask('connect', {});
    await device.ask('createWorkspace', { requestCount: options.requestCount });
  });
  return dataFolder(folder);
}

async function withServer(
  { contender, requestCount }: StageOptions,
  folder: string,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const side = await loadServerSide(contender);
  const server = await side.startServer(dataFolder(folder));
  const stage = new Stage({ contender, server, requestCount, folder });
  await play(stage);
  await stage.closeClients();
  await server.stop();
}

function dataFolder(folder: string): string {
  return join(folder, 'data');
}
