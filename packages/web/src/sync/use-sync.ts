/** What sync holds back, in React. */
import type { RefusedChange, Unsynced } from '@waypost/client';
import { useEffect, useState } from 'react';
import { useDesk, useStatus } from '../desk/use-desk.ts';

/** Of all workspaces, newest first. */
export function useRefused(): readonly RefusedChange[] {
  const { device } = useDesk();
  // Reads the device again with every status and every settled change.
  useStatus();
  useSettled();
  return device
    .workspaces()
    .flatMap(({ id }) => device.refused(id))
    .toSorted((a, b) => b.at - a.at);
}

/** What exists only here; null until it was counted. */
export function useUnsynced(): Unsynced | null {
  const { device } = useDesk();
  const { pending } = useStatus();
  const settled = useSettled();
  const [unsynced, setUnsynced] = useState<Unsynced | null>(null);
  useEffect(() => {
    let isOver = false;
    void device.unsynced().then((now) => (isOver ? undefined : setUnsynced(now)));
    return () => {
      isOver = true;
    };
  }, [device, pending, settled]);
  return unsynced;
}

/** Rises with every change that is settled or dismissed. */
function useSettled(): number {
  const { device } = useDesk();
  const [settled, setSettled] = useState(0);
  useEffect(
    () =>
      device.subscribe(({ event }) => {
        if (event === 'settled' || event === 'shown') setSettled((before) => before + 1);
      }),
    [device],
  );
  return settled;
}
