/** Sends one request of the app: reads it, runs its scripts, hands it to whatever sends, and keeps what came of it. */
import { cookiesOf, cookieWrites, GLOBALS, tokensOf, tokenWrites, valueWrites } from '@waypost/runner';
import type { LocalWrite, Sender, VariableChanges } from '@waypost/runner';
import { execute, type ExecutionEvent, type ExecutionOutcome, hasScripts } from '@waypost/runner/sending';
import type { ElementId } from '@waypost/protocol';
import type { Bench } from '../desk/bench.ts';
import { takeSandbox, warmSandbox } from './sandbox.ts';
import { type Sendable, sendableOf } from './source-of.ts';
import { surroundingsFor } from './surroundings.ts';

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
      tokens: tokensOf(sendable.records),
      file: (src) => bench.files.get(id, src),
      scripts: takeSandbox,
      surroundings: surroundingsFor(sendable.records),
      now: () => Date.now(),
    },
    signal,
  );
  return keeping(bench, sendable, events);
}

/** Where sending it would run scripts, what runs them is started. */
export async function warmFor(bench: Bench, id: ElementId): Promise<void> {
  const sendable = await sendableOf(bench, id);
  if (sendable !== null && hasScripts(sendable.source)) warmSandbox();
}

/** The events, with what came of them kept on this device before the last one is told. */
async function* keeping(
  bench: Bench,
  sendable: Sendable,
  events: AsyncIterable<ExecutionEvent>,
): AsyncGenerator<ExecutionEvent, void, undefined> {
  for await (const event of events) {
    if (event.kind === 'done') await keep(bench, sendable, event.outcome);
    yield event;
  }
}

async function keep(
  { device, workspace, variables }: Bench,
  sendable: Sendable,
  { variables: changes, cookies, tokens }: ExecutionOutcome,
): Promise<void> {
  await variables.write(valueWritesOf(sendable, changes));
  for (const { key, value } of [...cookieWrites(cookies), ...tokenWrites(tokens)])
    await device.local.put(workspace, key, value);
}

/** What scripts set stays on this device: it is a local value of whatever it was set for. */
export function valueWritesOf({ environment, collection }: Sendable, changes: VariableChanges): LocalWrite[] {
  return [
    ...(environment === null ? [] : valueWrites(environment, changes.environment)),
    ...(collection === null ? [] : valueWrites(collection, changes.collection)),
    ...valueWrites(GLOBALS, changes.globals),
  ];
}
