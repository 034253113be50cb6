/** What only the editor in front can do, for keys and the palette: it says how while it is shown. */
import { useEffect } from 'react';

export type TabCommand = 'send' | 'focus-url';

const acts = new Map<TabCommand, readonly (() => void)[]>();

/** While the component is shown, the command does this. The one that was shown last counts. */
export function useTabCommand(command: TabCommand, act: () => void): void {
  useEffect(() => {
    acts.set(command, [...(acts.get(command) ?? []), act]);
    return () => {
      acts.set(
        command,
        (acts.get(command) ?? []).filter((one) => one !== act),
      );
    };
  }, [command, act]);
}

export function canDo(command: TabCommand): boolean {
  return (acts.get(command)?.length ?? 0) > 0;
}

export function doInTab(command: TabCommand): void {
  acts.get(command)?.at(-1)?.();
}
