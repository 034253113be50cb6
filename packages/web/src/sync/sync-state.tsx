/** What sync is doing, as an icon and in words. */
import { Cloud } from 'lucide-react';
import { useStatus } from '../desk/use-desk.ts';

export function SyncState() {
  const { detail } = useStatus();
  return (
    <span className="flex items-center gap-1.5 px-1.5">
      <Cloud aria-hidden size={14} />
      {detail}
    </span>
  );
}
