/** Variables in React: the scopes in force for what stands below a parent, and what editors show of them. */
import { looksLikeCredential, lookUp } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { type LocalValues, MADE_VALUES } from '@waypost/runner';
import { useCallback, useMemo, useRef, useSyncExternalStore } from 'react';
import type { FoundVariable, KnownVariable, VariableLook } from '../design/variable-look.ts';
import { useBench } from './use-desk.ts';
import type { NamedScope } from './variables.ts';

export function useEnvironment(): ElementId | null {
  const { variables, elements } = useBench();
  return useSyncExternalStore(
    useCallback(
      (listener) => {
        const stops = [variables.watch(listener), elements.watchLists(listener)];
        return () => stops.forEach((stop) => stop());
      },
      [variables, elements],
    ),
    () => variables.environment,
  );
}

export function useLocalValues(owner: string): LocalValues {
  const { variables } = useBench();
  return useSyncExternalStore(
    useCallback((listener) => variables.watch(listener), [variables]),
    () => variables.localOf(owner),
  );
}

/** What is in force below `parent`, read while it is shown. The same list as long as it says the same. */
export function useScopes(parent: ElementId | null): readonly NamedScope[] {
  const { variables, elements } = useBench();
  const last = useRef<readonly NamedScope[]>([]);
  const subscribe = useCallback(
    (listener: () => void) => {
      let bodies: (() => void)[] = [];
      let watched = '';
      const again = (): void => {
        const ids = variables.sourcesBelow(parent);
        if (ids.join() !== watched) {
          watched = ids.join();
          const before = bodies;
          bodies = ids.map((id) => elements.watch(id, listener));
          for (const stop of before) stop();
        }
        listener();
      };
      const stops = [variables.watch(again), elements.watchLists(again)];
      again();
      return () => {
        for (const stop of [...stops, ...bodies]) stop();
      };
    },
    [variables, elements, parent],
  );
  return useSyncExternalStore(subscribe, () => {
    const now = variables.scopesBelow(parent);
    if (!sameScopes(last.current, now)) last.current = now;
    return last.current;
  });
}

export function useVariableLook(parent: ElementId | null): VariableLook {
  const scopes = useScopes(parent);
  return useMemo(() => lookOf(scopes), [scopes]);
}

export function lookOf(scopes: readonly NamedScope[]): VariableLook {
  return {
    names: () => namesIn(scopes),
    find: (name) => foundIn(scopes, name),
  };
}

function namesIn(scopes: readonly NamedScope[]): KnownVariable[] {
  const known = new Map<string, KnownVariable>();
  for (const scope of scopes) {
    for (const { key, enabled, secret } of scope.variables) {
      const value = enabled && !known.has(key) ? lookUp(key, [scope]) : null;
      if (value !== null)
        known.set(key, { name: key, value: shownValue(key, value.value, secret), from: wordOf(scope) });
    }
  }
  const made = Object.entries(MADE_VALUES).map(([name, about]) => ({ name, value: '', from: about }));
  return [...known.values(), ...made];
}

function foundIn(scopes: readonly NamedScope[], name: string): FoundVariable {
  const scope = scopes.find((one) => lookUp(name, [one]) !== null);
  const found = scope === undefined ? null : lookUp(name, [scope]);
  if (scope !== undefined && found !== null) {
    const isSecret = scope.variables.some(({ key, secret }) => secret && key === name);
    const whose = found.from === 'local' ? 'Local value, only on this device' : 'Shared value';
    return {
      state: 'known',
      value: shownValue(name, found.value, isSecret),
      about: `${whose}. From ${phraseOf(scope)}.`,
    };
  }
  const made = MADE_VALUES[name];
  if (made !== undefined) return { state: 'made', value: '', about: `Made anew for each request: ${made}.` };
  const isOff = scopes.some(({ variables }) => variables.some(({ key, enabled }) => key === name && !enabled));
  return {
    state: 'unknown',
    value: '',
    about: isOff
      ? 'Switched off, so it is sent as written. Switch it on in its environment.'
      : 'Nothing gives it a value here: it is sent as written. Add it to an environment, or choose another one.',
  };
}

/** What should not be read over somebody's shoulder is not shown where nobody asked for it. */
function shownValue(name: string, value: string, isSecret: boolean): string {
  return isSecret || looksLikeCredential(name, value) !== null ? '••••••' : value;
}

function wordOf({ kind, name }: NamedScope): string {
  return kind === 'globals' ? 'globals' : name;
}

function phraseOf({ kind, name }: NamedScope): string {
  return kind === 'globals' ? 'the globals' : `the ${kind} ${name}`;
}

function sameScopes(one: readonly NamedScope[], other: readonly NamedScope[]): boolean {
  return (
    one.length === other.length &&
    one.every((scope, at) => {
      const its = other[at];
      return (
        its !== undefined &&
        scope.owner === its.owner &&
        scope.name === its.name &&
        JSON.stringify([scope.variables, [...scope.local]]) === JSON.stringify([its.variables, [...its.local]])
      );
    })
  );
}
