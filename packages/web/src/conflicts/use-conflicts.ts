/** Open conflicts, in React. */
import type { ConflictView, Device } from '@waypost/client';
import { useEffect, useState } from 'react';
import { useDesk } from '../desk/use-desk.ts';

/** Of all workspaces, newest first; null until they were read. */
export function useConflicts(): readonly ConflictView[] | null {
  const { device } = useDesk();
  const [conflicts, setConflicts] = useState<readonly ConflictView[] | null>(null);
  useEffect(() => {
    let isOver = false;
    let asked = 0;
    const readAgain = async (): Promise<void> => {
      asked += 1;
      const asking = asked;
      const found = await allConflicts(device);
      if (!isOver && asking === asked) setConflicts(found);
    };
    const stop = device.subscribe(({ event }) => {
      if (event === 'conflict' || event === 'shown' || event === 'status') void readAgain();
    });
    void readAgain();
    return () => {
      isOver = true;
      stop();
    };
  }, [device]);
  return conflicts;
}

export async function allConflicts(device: Device): Promise<readonly ConflictView[]> {
  const lists = await Promise.all(device.workspaces().map(({ id }) => device.conflicts(id)));
  return lists.flat().toSorted((a, b) => b.at - a.at);
}
