/** What sync did, line by line: what the engine wrote down on this device, and what this window saw since it was opened. */
import type { Device, DeviceEvent, DeviceStatus, LogLine } from '@waypost/client';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { count } from '../design/words.ts';
import { reasonText } from './refused.ts';

export interface SyncLine extends LogLine {
  readonly tone: 'plain' | 'problem';
}

/** Older ones are let go. */
const LINES_MAX = 200;

export class SyncLog {
  readonly lines: StoreApi<readonly SyncLine[]> = createStore<readonly SyncLine[]>(() => []);
  #phase: DeviceStatus['phase'] | null = null;
  #detail = '';
  readonly #now: () => number;

  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  hear(event: DeviceEvent): void {
    switch (event.event) {
      case 'status':
        this.#heardStatus(event.status);
        break;
      case 'conflict':
        this.#add(event.open ? 'A conflict was found: a person decides.' : 'A conflict is decided.');
        break;
      case 'settled':
        if (event.settled.outcome.kind === 'rejected')
          this.#add(`The server refused a change. ${reasonText(event.settled.outcome.code)}`, 'problem');
        break;
      case 'filled':
        this.#add(`${count(event.elements, 'element')} came from the server.`);
        break;
      case 'restored-server':
        this.#add(restoredText(event), 'problem');
        break;
      case 'signed-out':
        this.#add('This device was signed out.', 'problem');
        break;
      case 'created':
      case 'changed':
      case 'moved':
      case 'deleted':
      case 'restored':
      case 'progress':
      case 'shown':
        break;
    }
  }

  #heardStatus({ phase, detail, transport, pending }: DeviceStatus): void {
    if (phase === this.#phase && (phase === 'syncing' || detail === this.#detail)) return;
    const before = this.#phase;
    this.#phase = phase;
    this.#detail = detail;
    switch (phase) {
      case 'connecting':
        this.#add('Connecting to the server.');
        break;
      case 'waiting':
        this.#add(`Offline. ${detail}`.trim(), 'problem');
        break;
      case 'syncing':
        // A saved change goes out and is settled all day long; only the beginning of a connection is worth a line.
        if (before !== 'synced') this.#add(transport === 'http' ? 'Connected by plain HTTP.' : 'Connected.');
        break;
      case 'synced':
        if (before !== 'syncing') this.#add('Connected and synced.');
        break;
      case 'failed':
        this.#add(`Sync stopped. ${detail}${pending === 0 ? '' : ` ${count(pending, 'change')} waiting.`}`, 'problem');
        break;
      case 'signed-out':
        break;
    }
  }

  #add(message: string, tone: SyncLine['tone'] = 'plain'): void {
    const lines = [...this.lines.getState(), { at: this.#now(), message, tone }];
    this.lines.setState(lines.slice(-LINES_MAX), true);
  }
}

function restoredText({ resent, deletedHere }: Extract<DeviceEvent, { readonly event: 'restored-server' }>): string {
  const again = `The server was restored from a backup. This device sent ${count(resent.length, 'element')} again`;
  return deletedHere.length === 0 ? `${again}.` : `${again}; ${deletedHere.length} had been deleted here.`;
}

/** Newest first, from both sources. */
export async function allLines(device: Pick<Device, 'log'>, seen: readonly SyncLine[]): Promise<readonly SyncLine[]> {
  const written = (await device.log()).map((line): SyncLine => ({ ...line, tone: 'plain' }));
  return [...written, ...seen].toSorted((a, b) => b.at - a.at);
}
