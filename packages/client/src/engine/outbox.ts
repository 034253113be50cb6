/**
 * The changes the server has not settled, in the order of their numbers. This holds what is on disk; the store gives the
 * numbers, so that any tab or process may append.
 */
import { type Change, equalsBase, type Revision, type StreamId, type WorkspaceId, type Write } from '@waypost/protocol';
import { type ExpectedRecord, nextNumberKey, outboxKey, type StorageWrite, type StoredRecord } from './ports.ts';
import { type OutboxRecord, readOutboxRecord, SENT_PREFIX, SQUASHED } from './records.ts';
import { byteLength } from './utf8.ts';
import type { PendingChange } from './view.ts';

export interface OutboxEntry extends PendingChange {
  /** Written while it was about to be sent. */
  readonly sent: boolean;
  /** Of its writes as JSON. */
  readonly bytes: number;
}

export class Outbox {
  readonly workspace: WorkspaceId;
  stream: StreamId | null = null;
  entries: OutboxEntry[] = [];
  /** The lowest number that nobody has used, as far as this process knows. */
  next = 1;
  /** Entries up to here may have been sent. */
  sentUpTo = 0;
  /** How often an entry was replaced: whoever is about to send must have read the newest. */
  squashed = 0;

  constructor(workspace: WorkspaceId) {
    this.workspace = workspace;
  }

  /** Takes over what is on disk. */
  load(
    stream: StreamId | null,
    state: ReadonlyMap<string, string>,
    records: readonly StoredRecord[],
    settled: number,
  ): void {
    this.stream = stream;
    this.entries = [];
    this.next = stream === null ? 1 : Number(state.get(nextNumberKey(stream)) ?? '1');
    this.sentUpTo = stream === null ? 0 : Number(state.get(SENT_PREFIX + stream) ?? '0');
    this.squashed = Number(state.get(SQUASHED) ?? '0');
    for (const { key, value } of records) {
      const entry = this.read(key, value);
      if (entry !== null && entry.n > settled) this.entries.push(entry);
    }
  }

  /** Null where the entry is of another stream. */
  read(key: string, value: string): OutboxEntry | null {
    if (this.stream === null || !key.startsWith(`${this.stream}/`)) return null;
    return entryOf(Number(key.slice(this.stream.length + 1)), readOutboxRecord(value), value);
  }

  add(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) this.entries.push(entry);
    this.entries.sort((a, b) => a.n - b.n);
    this.next = Math.max(this.next, (this.entries.at(-1)?.n ?? 0) + 1);
  }

  /** Forgets what is settled, and returns it. */
  settle(upTo: number): OutboxEntry[] {
    const rest = this.entries.findIndex(({ n }) => n > upTo);
    return this.entries.splice(0, rest < 0 ? this.entries.length : rest);
  }

  isMarked(entry: OutboxEntry): boolean {
    return entry.sent || entry.n <= this.sentUpTo;
  }

  /** Numbers between what is known here and what the store gave: another process appended them. */
  missingKeys(next: number): string[] {
    const { stream } = this;
    if (stream === null) return [];
    return Array.from({ length: Math.max(0, next - this.next) }, (_, at) => outboxKey(stream, this.next + at));
  }

  /** What to write, before anything up to `n` is sent, so that nobody replaces what the server may have. */
  mark(n: number): { readonly writes: readonly StorageWrite[]; readonly expect: readonly ExpectedRecord[] } {
    const { workspace } = this;
    return {
      writes: [{ to: 'state', workspace, key: SENT_PREFIX + this.stream, value: String(n) }],
      expect: [{ from: 'state', workspace, key: SQUASHED, value: this.squashed === 0 ? null : String(this.squashed) }],
    };
  }

  /** What an autosave may take the place of: the last entry, not sent yet, setting the same groups of the same element. */
  replaceable(writes: readonly Write[]): OutboxEntry | null {
    const last = this.entries.at(-1);
    if (last === undefined || last.n !== this.next - 1 || this.isMarked(last)) return null;
    return replaced(last.writes, writes) === null ? null : last;
  }

  /** An entry with newer values. The base of each group stays the first: it is what the person began with. */
  replacement(
    entry: OutboxEntry,
    writes: readonly Write[],
    at: number,
  ): { readonly entry: OutboxEntry; readonly value: string } {
    const record: OutboxRecord = { writes: replaced(entry.writes, writes) ?? entry.writes, at };
    const value = JSON.stringify(record);
    return { entry: entryOf(entry.n, record, value), value };
  }
}

export function entryOf(n: number, record: OutboxRecord, value: string): OutboxEntry {
  return { n, writes: record.writes, at: record.at, sent: record.sent === true, bytes: byteLength(value) };
}

function replaced(before: readonly Write[], after: readonly Write[]): readonly Write[] | null {
  const [was, is] = [before[0], after[0]];
  if (before.length !== 1 || after.length !== 1 || was?.op !== 'set' || is?.op !== 'set' || was.id !== is.id)
    return null;
  if (was.fields.length !== is.fields.length || was.schema !== is.schema) return null;
  const fields = is.fields.flatMap((field) => {
    const first = was.fields.find(({ group }) => group === field.group);
    // Made over what the entry says; else another tab wrote it, and its person has not seen that here.
    return first === undefined || !equalsBase(field.base, first.value) ? [] : [{ ...field, base: first.base }];
  });
  return fields.length === is.fields.length ? [{ ...is, fields }] : null;
}

/** An entry's writes after the server was restored: nothing in them may name numbers the server has not reached. */
export function clampedWrites(writes: Change['writes'], restored: Revision): Change['writes'] {
  return writes.map((write) => {
    switch (write.op) {
      case 'set': {
        const fields = write.fields.map((field) => ({
          ...field,
          base: { ...field.base, revision: Math.min(field.base.revision, restored) },
        }));
        return { ...write, fields };
      }
      case 'delete':
        return { ...write, cursor: Math.min(write.cursor, restored) };
      case 'park':
        return {
          ...write,
          fields: write.fields.map((field) => ({ ...field, revision: Math.min(field.revision, restored) })),
        };
      case 'create':
      case 'move':
      case 'restore':
      case 'purge':
      case 'close':
      case 'resend':
        return write;
    }
  });
}
