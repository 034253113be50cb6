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
  const [unsynced, setUnsynced] = useState<Unsynced | null>(null);
  useEffect(() => {
    let isOver = false;
    const countAgain = (): void => void device.unsynced().then((now) => (isOver ? undefined : setUnsynced(now)));
    const stop = device.subscribe(({ event }) => {
      if (event === 'status' || event === 'settled' || event === 'shown') countAgain();
    });
    countAgain();
    return () => {
      isOver = true;
      stop();
    };
  }, [device]);
  return unsynced;
}

/** Paints again with every change that is made, settled or dismissed. */
function useSettled(): void {
  const { device } = useDesk();
  const [, setSettled] = useState(0);
  useEffect(
    () =>
      device.subscribe(({ event }) => {
        if (event === 'settled' || event === 'shown') setSettled((before) => before + 1);
      }),
    [device],
  );
}
