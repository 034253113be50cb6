/** What sync has to say without being asked, over the screen and in nobody's way, and the questions it asks. */
import { lazy, Suspense } from 'react';
import { useAccountDialog } from '../account/account-state.ts';
import { useDesk } from '../desk/use-desk.ts';
import { useQuestion } from '../frame/questions.ts';
import { OfflineBanner } from './offline-banner.tsx';
import { syncWatchOf } from './sync-watch.ts';

const AccountDialogs = lazy(() => import('../account/account-dialogs.tsx'));
const ConflictDialogs = lazy(() => import('../conflicts/conflict-dialogs.tsx'));

export function SyncNotices() {
  syncWatchOf(useDesk());
  const isAsked = useQuestion() !== null;
  const isAccount = useAccountDialog() !== null;
  return (
    <>
      <OfflineBanner />
      {isAsked ? (
        <Suspense fallback={null}>
          <ConflictDialogs />
        </Suspense>
      ) : null}
      {isAccount ? (
        <Suspense fallback={null}>
          <AccountDialogs />
        </Suspense>
      ) : null}
    </>
  );
}
