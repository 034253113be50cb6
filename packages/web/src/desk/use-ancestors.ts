/** What an element stands in, from its parent up to the top, with what they hold. */
import type { ElementView } from '@waypost/client';
import type { ElementId } from '@waypost/protocol';
import { useCallback, useRef, useSyncExternalStore } from 'react';
import { useBench } from './use-desk.ts';

export interface Ancestor extends ElementView {
  readonly name: string;
}

/** Null until all of them were read. */
export function useAncestors(parent: ElementId | null): readonly Ancestor[] | null {
  const { elements } = useBench();
  const last = useRef<readonly Ancestor[] | null>(null);
  const subscribe = useCallback(
    (listener: () => void) => {
      let bodies: (() => void)[] = [];
      const again = (): void => {
        const before = bodies;
        bodies = lineOf(parent, (id) => elements.ancestors(id)).map((id) => elements.watch(id, listener));
        for (const stop of before) stop();
        listener();
      };
      const stop = elements.watchLists(again);
      again();
      return () => {
        for (const one of [stop, ...bodies]) one();
      };
    },
    [elements, parent],
  );
  return useSyncExternalStore(subscribe, () => {
    const views = lineOf(parent, (id) => elements.ancestors(id)).map((id) => elements.view(id));
    const now = views.every((view) => view != null)
      ? views.map((view) => ({ ...view, name: elements.summary(view.id)?.name ?? '' }))
      : null;
    if (!isSame(last.current, now)) last.current = now;
    return last.current;
  });
}

function lineOf(
  parent: ElementId | null,
  ancestors: (id: ElementId) => readonly { readonly id: ElementId }[],
): ElementId[] {
  return parent === null ? [] : [parent, ...ancestors(parent).map(({ id }) => id)];
}

function isSame(one: readonly Ancestor[] | null, other: readonly Ancestor[] | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.length === other.length &&
    one.every((ancestor, at) => {
      const its = other[at];
      return ancestor.id === its?.id && ancestor.data === its.data && ancestor.name === its.name;
    })
  );
}
