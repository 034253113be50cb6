/**
 * A part of the screen whose code is loaded when it is first shown. Not `lazy` of React: what comes after something else began
 * to wait is kept back by it until 300 ms have passed, so that placeholders do not flicker. Here there are none that could.
 */
import { type ComponentType, createElement, type FunctionComponent, useSyncExternalStore } from 'react';
import { notify } from './notice.tsx';

export interface Later<Props> extends FunctionComponent<Props> {
  /** Loads the code before it is shown. Never throws: what cannot be loaded is said to the person. */
  readonly load: () => Promise<void>;
}

/** `Waiting` stands where the part will be until its code is there; nothing does unless it is given. */
export function later<Props extends object>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
  Waiting: ComponentType<Props> | null = null,
): Later<Props> {
  let part: ComponentType<Props> | null = null;
  let loading: Promise<void> | null = null;
  const listeners = new Set<() => void>();
  const begin = (): Promise<void> => {
    loading ??= load().then(
      (loaded) => {
        part = loaded.default;
        for (const listener of listeners) listener();
      },
      () => {
        // Asked for again when it is shown again.
        loading = null;
        sayMissing();
      },
    );
    return loading;
  };
  const watch = (listener: () => void): (() => void) => {
    listeners.add(listener);
    void begin();
    return () => listeners.delete(listener);
  };
  function Part(props: Props) {
    const shown = useSyncExternalStore(watch, () => part) ?? Waiting;
    return shown === null ? null : createElement(shown, props);
  }
  return Object.assign(Part, { load: begin });
}

function sayMissing(): void {
  notify({
    text: 'A part of Waypost could not be loaded',
    detail: 'The server may be out of reach, or have a newer version. Reloading keeps what you are typing.',
    kind: 'problem',
    action: { label: 'Reload', act: () => location.reload() },
  });
}
