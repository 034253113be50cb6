/**
 * What was made without an account, copied into a workspace. Nothing of it is deleted or moved, so it can be copied again;
 * values that are only of this device come along as values of this device.
 */
import { type Device, type Intent, openDevice } from '@waypost/client';
import {
  type BrowserHome,
  browserChance,
  browserClock,
  browserCompression,
  browserScheduler,
} from '@waypost/client/browser';
import { schemas } from '@waypost/model';
import {
  type AccountId,
  type DeviceId,
  type ElementId,
  WaypostError,
  type WorkspaceId,
  WRITES_PER_CHANGE_MAX,
} from '@waypost/protocol';
import { GLOBALS, valueKey } from '@waypost/runner';
import { copying } from '../tree/copying.ts';

const GLOBAL_VALUES = valueKey(GLOBALS, '');

export interface LocalCopy {
  readonly device: Device;
  readonly workspace: WorkspaceId;
}

/** The work without an account, opened to be read. */
export async function openLocalWork(home: BrowserHome): Promise<LocalCopy> {
  const { key, workspace } = await home.local();
  const storage = await home.openStore({ key });
  const nobody = async (): Promise<never> => {
    throw new WaypostError('sync-off');
  };
  const device = await openDevice({
    ...{ storage, schemas, clock: browserClock, chance: browserChance, scheduler: browserScheduler },
    ...{ compression: browserCompression, leadership: home.leadership({ key }), transports: [], token: nobody },
    fetcher: { get: nobody, post: nobody },
    me: { account: home.installation as AccountId, device: home.installation as DeviceId },
  });
  return { device, workspace };
}

/** What was sent is private to this browser, and stays in its history. */
export function copiedRoots({ device, workspace }: LocalCopy): readonly ElementId[] {
  return device
    .list(null, workspace)
    .filter(({ kind }) => kind !== 'history-entry')
    .map(({ id }) => id);
}

export async function copyLocalWork(
  from: LocalCopy,
  to: LocalCopy,
  progress: (done: number) => void,
): Promise<{ readonly elements: number }> {
  let elements = 0;
  const values = await from.device.local.all(from.workspace);
  const present = new Set((await to.device.local.all(to.workspace)).map(({ key }) => key));
  for (const id of copiedRoots(from)) {
    const { intents, roots } = await copying({
      from: {
        list: (parent) => from.device.list(parent, from.workspace),
        read: (one) => from.device.read(one, from.workspace),
      },
      to: { list: (parent) => to.device.list(parent, to.workspace) },
      ids: [id],
      target: { parent: null, before: null },
    });
    for (const piece of pieces(intents)) {
      await to.device.change(piece, to.workspace);
      elements += piece.filter((intent) => intent.do === 'create').length;
      progress(elements);
    }
    const [copy] = roots;
    const kind = from.device.summary(id, from.workspace)?.kind;
    if (copy !== undefined && kind !== 'globals')
      for (const record of valuesOf(values, id, copy)) await to.device.local.put(to.workspace, ...record);
  }
  for (const { key, value } of values) {
    if (key.startsWith(GLOBAL_VALUES) && !present.has(key)) await to.device.local.put(to.workspace, key, value);
  }
  return { elements };
}

/** An element's values of this device are kept under its id. */
function valuesOf(
  values: readonly { readonly key: string; readonly value: string }[],
  id: ElementId,
  copy: ElementId,
): readonly (readonly [key: string, value: string])[] {
  return values.flatMap(({ key, value }) => (key.startsWith(valueKey(id, '')) ? [[key.replace(id, copy), value]] : []));
}

function* pieces(intents: readonly Intent[]): Iterable<readonly Intent[]> {
  for (let at = 0; at < intents.length; at += WRITES_PER_CHANGE_MAX)
    yield intents.slice(at, at + WRITES_PER_CHANGE_MAX);
}
