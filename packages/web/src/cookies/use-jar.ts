/** The jar of the workspace in front, as it lies on the device. */
import { type Cookie, cookiesOf } from '@waypost/runner';
import { useCallback, useEffect, useState } from 'react';
import { useBench } from '../desk/use-desk.ts';

export function useJar(): { readonly cookies: readonly Cookie[]; readonly reload: () => Promise<void> } {
  const { device, workspace } = useBench();
  const [cookies, setCookies] = useState<readonly Cookie[]>([]);
  const reload = useCallback(
    async () => device.local.all(workspace).then((records) => setCookies(cookiesOf(records))),
    [device, workspace],
  );
  useEffect(() => void reload(), [reload]);
  return { cookies, reload };
}
