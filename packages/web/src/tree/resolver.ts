/** Puts the values in force on this device into a text: local ones before shared ones. */
import { resolveVariables, type Scope, variablesOf } from '@waypost/model';
import type { LocalValues, SourceElement } from '@waypost/runner';
import { type ElementId, parseJson } from '@waypost/protocol';
import type { Bench } from '../desk/bench.ts';
import { textOfValue } from '../desk/variables.ts';
import { sendableOf } from '../sending/source-of.ts';

export async function resolverFor(bench: Bench, id: ElementId): Promise<(text: string) => string> {
  const sendable = await sendableOf(bench, id);
  if (sendable === null) return (text) => text;
  const { lineage, environment, globals, localGlobals } = sendable.source;
  const scopes = [
    ...(environment === null ? [] : [scopeOf(environment)]),
    ...lineage.slice(1).map((element) => scopeOf(element)),
    ...globals.map((element) => scopeOf(element, localGlobals)),
  ];
  return (text) => resolveVariables(text, scopes).text;
}

function scopeOf({ kind, data, local }: SourceElement, own: LocalValues = local): Scope {
  const unset = new Set([...own].flatMap(([key, value]) => ('unset' in value ? [key] : [])));
  const rows = variablesOf(parseJson(data)).filter(({ key }) => !unset.has(key));
  const values = [...own].flatMap(([key, value]): [string, string][] =>
    'unset' in value ? [] : [[key, textOfValue(value.value)]],
  );
  const shown = new Set(rows.map(({ key }) => key));
  const onlyHere = values.flatMap(([key]) =>
    shown.has(key) ? [] : [{ key, shared: '', enabled: true, secret: false }],
  );
  return { kind: kind as Scope['kind'], variables: [...rows, ...onlyHere], local: new Map(values) };
}
