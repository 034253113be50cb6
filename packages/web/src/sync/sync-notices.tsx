/** What sync has to say without being asked, over the screen and in nobody's way. */
import { useDesk } from '../desk/use-desk.ts';
import { OfflineBanner } from './offline-banner.tsx';
import { syncWatchOf } from './sync-watch.ts';

export function SyncNotices() {
  syncWatchOf(useDesk());
  return <OfflineBanner />;
}
