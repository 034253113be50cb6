/** What is sent: the request as it stands in its tab, saved or not, with all above and around it. */
import type { ElementView } from '@waypost/client';
import { GLOBALS, localValuesOf, type LocalRecord, type SendSource, type SourceElement } from '@waypost/runner';
import { type ElementId, printJson } from '@waypost/protocol';
import type { Bench } from '../desk/bench.ts';

export interface Sendable {
  readonly source: SendSource;
  /** Whose local values scripts write with `pm.collectionVariables`; null where the request stands in none. */
  readonly collection: ElementId | null;
  readonly environment: ElementId | null;
  readonly records: readonly LocalRecord[];
}

/** Null where there is no such request. */
export async function sendableOf(bench: Bench, id: ElementId): Promise<Sendable | null> {
  const { device, elements, drafts, variables, workspace } = bench;
  const records = await device.local.all(workspace);
  const element = (view: ElementView): SourceElement => ({
    id: view.id,
    kind: view.kind,
    data: view.data,
    local: localValuesOf(records, view.id),
  });
  const draft = drafts.state(id);
  const view = await elements.read(id);
  if (draft === null && view === null) return null;
  const sent: SourceElement =
    draft === null && view !== null
      ? element(view)
      : {
          id,
          kind: draft?.kind ?? '',
          data: printJson(draft?.content.data ?? EMPTY),
          local: localValuesOf(records, id),
        };
  const above = await readAll(bench, ancestorsOf(bench, draft?.parent ?? view?.parent ?? null));
  const chosen = variables.environment;
  const environment = chosen === null ? null : await elements.read(chosen);
  const globals = elements.list(null).filter(({ kind, trashed }) => kind === 'globals' && !trashed);
  return {
    source: {
      lineage: [sent, ...above.map(element)],
      environment: environment === null ? null : element(environment),
      globals: (
        await readAll(
          bench,
          globals.map((one) => one.id),
        )
      ).map(element),
      localGlobals: localValuesOf(records, GLOBALS),
      values: {},
    },
    collection: above.at(-1)?.id ?? null,
    environment: environment?.id ?? null,
    records,
  };
}

/** As a request directly below it would be sent; itself, where it is one. */
export async function authSourceOf(bench: Bench, id: ElementId): Promise<Sendable | null> {
  const sendable = await sendableOf(bench, id);
  const [first] = sendable?.source.lineage ?? [];
  if (sendable === null || first === undefined || !['folder', 'collection'].includes(first.kind)) return sendable;
  const lineage = [{ ...BELOW, id }, ...sendable.source.lineage];
  return { ...sendable, source: { ...sendable.source, lineage } };
}

const BELOW: Omit<SourceElement, 'id'> = {
  ...{ kind: 'request', data: '{"name":"","request":{"method":"GET","url":""}}', local: new Map() },
};
const EMPTY = { kind: 'object', members: [] } as const;

/** From the parent up to the top. */
function ancestorsOf({ elements }: Bench, parent: ElementId | null): ElementId[] {
  return parent === null ? [] : [parent, ...elements.ancestors(parent).map(({ id }) => id)];
}

async function readAll({ elements }: Bench, ids: readonly ElementId[]): Promise<ElementView[]> {
  const views = await Promise.all(ids.map((id) => elements.read(id)));
  return views.filter((view) => view !== null);
}
