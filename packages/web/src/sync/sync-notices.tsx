/** What sync has to say without being asked, over the screen and in nobody's way, and the questions it asks. */
import { useAccountDialog } from '../account/account-state.ts';
import { useSession } from '../boot/stage.ts';
import { useDesk } from '../desk/use-desk.ts';
import { useQuestion } from '../frame/questions.ts';
import { OfflineBanner } from './offline-banner.tsx';
import { syncWatchOf } from './sync-watch.ts';
import { useInvitation } from '../teams/invitation.ts';
import { later } from '../design/later.ts';

const AccountDialogs = later(() => import('../account/account-dialogs.tsx'));
const ConflictDialogs = later(() => import('../conflicts/conflict-dialogs.tsx'));

export function SyncNotices() {
  syncWatchOf(useDesk());
  const isAsked = useQuestion() !== null;
  const isAccount = useAccountDialog() !== null;
  useInvitation(useSession(), !isAsked && !isAccount);
  return (
    <>
      <OfflineBanner />
      {isAsked ? <ConflictDialogs /> : null}
      {isAccount ? <AccountDialogs /> : null}
    </>
  );
}
