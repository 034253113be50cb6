/** Header presets in React. */
import type { ElementSummary } from '@waypost/client';
import { useMemo, useSyncExternalStore } from 'react';
import { Presets } from '../desk/presets.ts';
import { useBench } from '../desk/use-desk.ts';

export function usePresets(): { readonly presets: Presets; readonly list: readonly ElementSummary[] } {
  const { device, workspace } = useBench();
  const presets = useMemo(() => new Presets(device, workspace), [device, workspace]);
  const list = useSyncExternalStore(
    (listener) => presets.watch(listener),
    () => presets.list(),
  );
  return { presets, list };
}
