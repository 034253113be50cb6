/** What a command sends: a request of this device with all above and around it, local values included. */
import type { Device } from '@waypost/client';
import {
  GLOBALS,
  type LocalRecord,
  type LocalWrite,
  localValuesOf,
  type SendSource,
  type SourceElement,
} from '@waypost/runner';
import { cookieWrites, tokenWrites, valueWrites } from '@waypost/runner';
import type { ExecutionOutcome } from '@waypost/runner/sending';
import type { ElementId } from '@waypost/protocol';
import { CommandError } from './failure.ts';
import { type Located, locate, notFound, shortId } from './finding.ts';
import { quoted } from './output/text.ts';

export interface Sendable {
  readonly source: SendSource;
  readonly records: readonly LocalRecord[];
  /** What came of it, as records to be kept: what scripts set is a local value of whatever it was set for. */
  readonly writes: (outcome: ExecutionOutcome) => readonly LocalWrite[];
}

const SENDABLE: readonly string[] = ['request', 'example', 'history-entry'];

export interface SendWith {
  /** An id as it was typed; null for none. */
  readonly environment: string | null;
  readonly values: Readonly<Record<string, string>>;
}

export async function readSendable(
  device: Device,
  { id, workspace, summary }: Located,
  given: SendWith,
): Promise<Sendable> {
  if (!SENDABLE.includes(summary.kind)) {
    const article = /^[aeiou]/.test(summary.kind) ? 'an' : 'a';
    throw new CommandError(
      'invalid',
      `${quoted(summary.name)} is ${article} ${summary.kind}, and only a request can be sent: \`waypost ls ${shortId(id)}\` shows those in it.`,
    );
  }
  const records = await device.local.all(workspace);
  const read = async (element: ElementId): Promise<SourceElement> => {
    const view = await device.read(element, workspace);
    if (view === null) throw notFound(element, 'element');
    return { id: view.id, kind: view.kind, data: view.data, local: localValuesOf(records, view.id) };
  };
  const lineage: SourceElement[] = [];
  for (let at: ElementId | null = id; at !== null; at = device.summary(at, workspace)?.parent ?? null) {
    lineage.push(await read(at));
  }
  const globals = device.list(null, workspace).filter(({ kind }) => kind === 'globals');
  const environment = given.environment === null ? null : environmentOf(device, given.environment, workspace);
  const collection = lineage.at(-1);
  return {
    source: {
      lineage,
      environment: environment === null ? null : await read(environment),
      globals: await Promise.all(globals.map(async (element) => read(element.id))),
      localGlobals: localValuesOf(records, GLOBALS),
      values: given.values,
    },
    records,
    writes: ({ variables, cookies, tokens }) => [
      ...(environment === null ? [] : valueWrites(environment, variables.environment)),
      ...(collection?.kind === 'collection' ? valueWrites(collection.id, variables.collection) : []),
      ...valueWrites(GLOBALS, variables.globals),
      ...cookieWrites(cookies),
      ...tokenWrites(tokens),
    ],
  };
}

function environmentOf(device: Device, text: string, workspace: Located['workspace']): ElementId {
  const found = locate(device, text);
  if (found.summary.kind !== 'environment') {
    throw new CommandError(
      'invalid',
      `${quoted(found.summary.name)} is no environment: \`waypost ls\` shows those that are.`,
    );
  }
  if (found.workspace !== workspace) {
    throw new CommandError('invalid', `${quoted(found.summary.name)} is in another workspace than the request.`);
  }
  return found.id;
}
