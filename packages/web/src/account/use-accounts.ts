/** The accounts of this browser, in React. */
import type { HomeAccount } from '@waypost/client/browser';
import { useEffect, useState } from 'react';
import { useSession } from '../boot/stage.ts';

/** By e-mail; empty until they were read. */
export function useAccounts(): readonly HomeAccount[] {
  const { home } = useSession();
  const [accounts, setAccounts] = useState<readonly HomeAccount[]>([]);
  useEffect(() => {
    let isOver = false;
    const readAgain = (): void =>
      void home.accounts().then(
        (found) => (isOver ? undefined : setAccounts(found)),
        // The session is over, and this with it.
        () => undefined,
      );
    const stop = home.watch(readAgain);
    readAgain();
    return () => {
      isOver = true;
      stop();
    };
  }, [home]);
  return accounts;
}
