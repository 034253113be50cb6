/** The sync log: what sync did on this device, newest first. */
import { ClipboardCopy, ScrollText } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { Empty } from '../design/empty.tsx';
import { Page } from '../design/page.tsx';
import { exactTime } from '../design/words.ts';
import { useDesk } from '../desk/use-desk.ts';
import { copyDiagnostics } from './diagnostics.ts';
import { allLines, type SyncLine } from './sync-log.ts';
import { syncWatchOf } from './sync-watch.ts';

export default function SyncLogPage() {
  const desk = useDesk();
  const seen = useStore(syncWatchOf(desk).log.lines);
  const [lines, setLines] = useState<readonly SyncLine[] | null>(null);
  useEffect(() => {
    let isOver = false;
    void allLines(desk.device, seen).then((all) => (isOver ? undefined : setLines(all)));
    return () => {
      isOver = true;
    };
  }, [desk, seen]);
  if (lines !== null && lines.length === 0) {
    return (
      <Empty icon={ScrollText} title="Nothing happened yet">
        What sync does on this device is written here: connections, what was fetched, what the server refused.
      </Empty>
    );
  }
  return (
    <Page
      title="Sync log"
      about="What sync did on this device. Connections are listed since this window was opened; nothing here leaves the device."
    >
      <div className="flex">
        <Button icon={ClipboardCopy} onClick={() => void copyDiagnostics(desk)}>
          Copy diagnostics
        </Button>
      </div>
      <ol className="flex flex-col">
        {(lines ?? []).map(({ at, message, tone }, index) => (
          <li
            key={`${at} ${index}`}
            className="flex gap-4 border-b border-line py-1.5 text-sm max-md:flex-col max-md:gap-0"
          >
            <time className="w-44 shrink-0 text-xs leading-5 text-muted tabular-nums">{exactTime(at)}</time>
            <span className={classes('min-w-0 flex-1 break-words', tone === 'problem' && 'text-warning')}>
              {message}
            </span>
          </li>
        ))}
      </ol>
    </Page>
  );
}
