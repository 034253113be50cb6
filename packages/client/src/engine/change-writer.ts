/** Putting changes into the outbox: on this device's disk before anything says that they are saved. */
import { type Element, type ElementId, type Revision, type StreamId, WaypostError } from '@waypost/protocol';
import type { ChangeReceipt } from './device.ts';
import { Composer, inChanges } from './intents.ts';
import { entryOf, type OutboxEntry } from './outbox.ts';
import { outboxKey, type StorageWrite } from './ports.ts';
import { type OutboxRecord, SENT_PREFIX, SQUASHED, STREAM } from './records.ts';
import { idsOf } from './view.ts';
import type { WorkspaceCore } from './workspace-core.ts';
import { MovedBodies, settledBodies } from './workspace-state.ts';

export interface NewChange {
  /** Elements whose bodies it needs. */
  readonly ids: readonly ElementId[];
  readonly autosave: boolean;
  compose(composer: Composer): ReturnType<Composer['writes']>;
}

interface WaitingChange extends NewChange {
  /** The cursor at that moment. A delta may come before its turn in the lane. */
  readonly asked: Revision;
  resolve(receipt: ChangeReceipt): void;
  reject(error: unknown): void;
}

/** More changes asked for at once go in several commits: the first are on their way while the others are composed. */
const CHANGES_PER_COMMIT_MAX = 250;

type SettledBody = (id: ElementId) => Element | null;

export class ChangeWriter {
  readonly #core: WorkspaceCore;
  /** Told after changes were written. */
  readonly #written: () => void;
  #waiting: WaitingChange[] = [];

  constructor(core: WorkspaceCore, written: () => void) {
    this.#core = core;
    this.#written = written;
  }

  /** Resolves when it would survive a power cut. */
  write(change: NewChange): Promise<ChangeReceipt> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...change, asked: this.#core.view.replica.record.cursor, resolve, reject });
      // Whatever is asked for before the lane gets to it shares one commit, and so one wait for the disk.
      if (this.#waiting.length === 1) void this.#core.lane.run(() => this.#commitWaiting());
    });
  }

  /** In the lane: entries that other processes appended, up to a number. */
  async readMissing(next: number): Promise<void> {
    const { state, tools, id } = this.#core;
    const { outbox, replica } = state;
    const found = await tools.storage.get('outbox', id, outbox.missingKeys(next));
    const entries = found.flatMap(({ key, value }) => outbox.read(key, value) ?? []).sort((a, b) => a.n - b.n);
    const set = entries.flatMap(({ writes }) => writes.flatMap((write) => (write.op === 'set' ? write.id : [])));
    const bodies = await settledBodies(replica, set);
    outbox.add(entries);
    outbox.next = Math.max(outbox.next, next);
    for (const entry of entries) this.#show(entry, (element) => bodies.get(element) ?? null);
  }

  async #commitWaiting(): Promise<void> {
    let left: readonly WaitingChange[] = this.#waiting;
    this.#waiting = [];
    try {
      if (this.#core.closed) throw new WaypostError('no-workspace');
      while (left.length > 0) {
        const rest = await this.#tryCommit(left.slice(0, CHANGES_PER_COMMIT_MAX));
        left = [...rest, ...left.slice(CHANGES_PER_COMMIT_MAX)];
        if (left.length > 0) this.#written();
      }
    } catch (error) {
      for (const change of left) change.reject(error);
      // Where the disk refuses, the next one who looks for a body finds the same, and reads again.
      if (error instanceof MovedBodies) await this.#core.load().catch(() => undefined);
    }
    this.#core.host.changed();
    this.#written();
  }

  /** Returns the changes to try again: the store is not what this process knew. */
  async #tryCommit(waiting: readonly WaitingChange[]): Promise<readonly WaitingChange[]> {
    const { outbox } = this.#core.state;
    const { view, sender, host } = this.#core;
    const at = host.ports.clock.now();
    const settled = await settledBodies(
      view.replica,
      waiting.flatMap(({ ids }) => ids),
    );
    const settledBody: SettledBody = (id) => settled.get(id) ?? null;
    const composer = new Composer(
      {
        exists: (id) => view.place(id) !== undefined,
        element: (id) => view.pendingBody(id) ?? settledBody(id),
        settled: settledBody,
        purged: (id) => view.isPurged(id),
        cursor: view.replica.record.cursor,
        epoch: view.replica.record.epoch,
      },
      host.rules,
      at,
    );
    const composed: { readonly change: WaitingChange; readonly records: readonly OutboxRecord[] }[] = [];
    let taken = 0;
    let purges = false;
    for (const change of waiting) {
      // Those behind one that deletes for good are composed over what it leaves.
      if (purges) break;
      taken += 1;
      try {
        const writes = composer.attempt(() => change.compose(composer), change.asked);
        if (writes.length === 0) throw new WaypostError('bad-message', 'There is nothing in this change.');
        if (change.autosave && composed.length === 0 && waiting.length === 1) {
          const replaced = await this.#replaceLast(change, writes, { at, settledBody });
          if (replaced !== 'append') return replaced === 'done' ? [] : waiting;
        }
        const sent = sender.ready ? { sent: true as const } : {};
        purges = writes.some(({ op }) => op === 'purge');
        composed.push({ change, records: inChanges(writes).map((part) => ({ writes: part, ...sent, at })) });
      } catch (error) {
        if (error instanceof WaypostError && (error.code === 'storage-full' || error.code === 'storage-failed'))
          throw error;
        change.reject(error);
      }
    }
    const rest = waiting.slice(taken);
    if (composed.length === 0) return rest;
    const records = composed.flatMap((one) => one.records);
    const values = records.map((record) => JSON.stringify(record));
    const numbers = await this.#append(values);
    if (numbers === null) {
      await this.#core.load();
      return [...composed.map(({ change }) => change), ...rest];
    }
    const [firstNumber] = numbers;
    const isAlone = firstNumber === outbox.next && view === this.#core.state.view;
    if (firstNumber !== undefined && firstNumber > outbox.next) await this.readMissing(firstNumber);
    const entries = records.map((record, index) => entryOf(numbers[index] ?? 0, record, values[index] ?? ''));
    outbox.add(entries);
    for (const entry of entries) this.#show(entry, settledBody, isAlone ? composer : null);
    let last = -1;
    for (const { change, records: own } of composed) {
      last += own.length;
      change.resolve({ workspace: this.#core.id, stream: outbox.stream as StreamId, n: numbers[last] ?? 0 });
    }
    return rest;
  }

  /** The numbers of new entries; null where the stream is not what this process knew. */
  async #append(values: readonly string[]): Promise<readonly number[] | null> {
    const { id: workspace, host, state } = this.#core;
    const { outbox } = state;
    const known = outbox.stream;
    const stream = known ?? (host.newId() as StreamId);
    const receipt = await this.#core.commit(
      {
        writes: known === null ? [{ to: 'state', workspace, key: STREAM, value: stream }] : [],
        append: values.map((value) => ({ workspace, stream, value })),
        expect: [{ from: 'state', workspace, key: STREAM, value: known }],
      },
      'strict',
    );
    if (receipt.kind === 'refused') return null;
    outbox.stream = stream;
    return receipt.numbers;
  }

  /** An autosave takes the place of the last entry where that was the same, and cannot have been sent. */
  async #replaceLast(
    change: WaitingChange,
    writes: ReturnType<Composer['writes']>,
    { at, settledBody }: { readonly at: number; readonly settledBody: SettledBody },
  ): Promise<'append' | 'done' | 'again'> {
    const { id: workspace, sender, state } = this.#core;
    const { outbox } = state;
    const last = sender.ready ? null : outbox.replaceable(writes);
    const { stream } = outbox;
    if (last === null || stream === null) return 'append';
    const { entry, value } = outbox.replacement(last, writes, at);
    const count: StorageWrite = { to: 'state', workspace, key: SQUASHED, value: String(outbox.squashed + 1) };
    const expected = (key: string, was: number) =>
      ({ from: 'state', workspace, key, value: was === 0 ? null : String(was) }) as const;
    const receipt = await this.#core.commit(
      {
        writes: [{ to: 'outbox', workspace, key: outboxKey(stream, last.n), value }, count],
        expect: [
          { from: 'state', workspace, key: STREAM, value: stream },
          expected(SQUASHED, outbox.squashed),
          expected(SENT_PREFIX + stream, outbox.sentUpTo),
        ],
      },
      'strict',
    );
    if (receipt.kind === 'refused') {
      await this.#core.load();
      return 'again';
    }
    outbox.squashed += 1;
    outbox.entries = outbox.entries.map((other) => (other.n === entry.n ? entry : other));
    state.view.replace(entry, settledBody);
    this.#core.shown?.replace(entry, settledBody);
    this.#core.tellShown(idsOf(entry.writes));
    change.resolve({ workspace, stream, n: entry.n });
    return 'done';
  }

  /** `composer` where it composed over just what is shown. */
  #show(entry: OutboxEntry, settledBody: SettledBody, composer: Composer | null = null): void {
    this.#core.state.view.append(entry, settledBody, (write) => composer?.result(write));
    this.#core.shown?.append(entry, settledBody);
    this.#core.tellShown(idsOf(entry.writes));
  }
}
