/** What this device keeps for the workspace in front about sending. */
import type { LocalRecord } from '@waypost/runner';
import { useCallback, useEffect, useState } from 'react';
import { useBench } from '../desk/use-desk.ts';

export interface KeptRecords {
  readonly records: readonly LocalRecord[];
  readonly put: (key: string, value: string | null) => Promise<void>;
}

/** Null until they are read. */
export function useRecords(): KeptRecords | null {
  const { device, workspace } = useBench();
  const [records, setRecords] = useState<readonly LocalRecord[] | null>(null);
  const reload = useCallback(async () => device.local.all(workspace).then(setRecords), [device, workspace]);
  useEffect(() => void reload(), [reload]);
  const put = useCallback(
    async (key: string, value: string | null) => {
      await device.local.put(workspace, key, value);
      await reload();
    },
    [device, workspace, reload],
  );
  return records === null ? null : { records, put };
}
