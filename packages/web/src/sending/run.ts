/** Sends one request of the app: reads it, runs its scripts, hands it to whatever sends, and keeps what came of it. */
import { cookiesOf, cookieWrites, GLOBALS, RESPONSE_BYTES_MAX, valueWrites } from '@waypost/runner';
import type { LocalWrite, Sender } from '@waypost/runner';
import { execute, type ExecutionEvent, type ExecutionOutcome } from '@waypost/runner/sending';
import type { ElementId } from '@waypost/protocol';
import type { Bench } from '../desk/bench.ts';
import { fileOf } from './chosen-files.ts';
import { takeSandbox } from './sandbox.ts';
import { type Sendable, sendableOf } from './source-of.ts';

export interface RunOptions {
  readonly bench: Bench;
  readonly id: ElementId;
  readonly sender: Sender;
  readonly signal: AbortSignal;
}

export async function run({ bench, id, sender, signal }: RunOptions): Promise<AsyncIterable<ExecutionEvent>> {
  const sendable = await sendableOf(bench, id);
  if (sendable === null) throw new Error('This request is not here any more.');
  const events = execute(
    {
      source: sendable.source,
      sender,
      cookies: cookiesOf(sendable.records),
      file: async (src) => fileOf(src),
      scripts: takeSandbox,
      surroundings: () => ({
        ...{ timeoutMs: null, responseBytesMax: RESPONSE_BYTES_MAX, certificate: null, authorities: null },
        proxy: { kind: 'system' },
      }),
      now: () => Date.now(),
    },
    signal,
  );
  return keeping(bench, sendable, events);
}

/** The events, with what came of them kept on this device before the last one is told. */
async function* keeping(
  { device, workspace }: Bench,
  sendable: Sendable,
  events: AsyncIterable<ExecutionEvent>,
): AsyncGenerator<ExecutionEvent, void, undefined> {
  for await (const event of events) {
    if (event.kind === 'done') {
      for (const { key, value } of writesOf(sendable, event.outcome)) await device.local.put(workspace, key, value);
    }
    yield event;
  }
}

/** What scripts set stays on this device: it is a local value of whatever it was set for. */
export function writesOf(
  { environment, collection }: Sendable,
  { variables, cookies }: ExecutionOutcome,
): LocalWrite[] {
  return [
    ...(environment === null ? [] : valueWrites(environment, variables.environment)),
    ...(collection === null ? [] : valueWrites(collection, variables.collection)),
    ...valueWrites(GLOBALS, variables.globals),
    ...cookieWrites(cookies),
  ];
}
