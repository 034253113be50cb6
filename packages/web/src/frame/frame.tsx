/** The frame around everything: the bar at the top, the sidebar, the tabs with what is open in them, and the footer. */
import { useEffect } from 'react';
import { look, useLook } from '../boot/look.ts';
import { saveByItself } from '../drafts/save-by-itself.ts';
import { useConsoleOpen } from '../console/console-state.ts';
import { notify } from '../design/notice.tsx';
import { tellTexts } from '../design/pending-text.ts';
import { Split } from '../design/split.tsx';
import { count } from '../design/words.ts';
import { useBench } from '../desk/use-desk.ts';
import { DropAnywhere } from '../import/drop-anywhere.tsx';
import { followRecent } from '../palette/recent.ts';
import { SyncNotices } from '../sync/sync-notices.tsx';
import { Footer } from './footer.tsx';
import { Keyboard } from './keyboard.tsx';
import { useNarrow } from './narrow.ts';
import { useQuestion } from './questions.ts';
import { Sidebar } from './sidebar.tsx';
import { TabArea } from './tab-area.tsx';
import { TopBar } from './top-bar.tsx';
import { later } from '../design/later.ts';

const DraftQuestions = later(() => import('../drafts/draft-questions.tsx'));
const ConsolePanel = later(() => import('../console/console-panel.tsx'));

export function Frame() {
  const bench = useBench();
  const isNarrow = useNarrow();
  const isConsole = useConsoleOpen();
  const isAsked = useQuestion() !== null;
  useEffect(() => followRecent(bench), [bench]);
  useEffect(() => saveByItself(bench), [bench]);
  useEffect(() => sayUnread(bench.drafts.unread), [bench]);
  useEffect(() => {
    const flush = (): void => {
      tellTexts();
      void bench.drafts.flush();
    };
    const leave = (): void => {
      tellTexts();
      bench.drafts.leave();
    };
    const stay = ({ persisted }: PageTransitionEvent): void => {
      if (persisted) bench.drafts.stay();
    };
    window.addEventListener('pagehide', leave);
    window.addEventListener('pageshow', stay);
    document.addEventListener('visibilitychange', flush);
    return () => {
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', stay);
      document.removeEventListener('visibilitychange', flush);
    };
  }, [bench]);
  const work = <div className="flex min-h-0 flex-1">{isNarrow ? <NarrowBody /> : <WideBody />}</div>;
  return (
    <div className="flex h-full flex-col" key={bench.workspace}>
      <h1 className="sr-only">Waypost</h1>
      <TopBar />
      {isConsole ? (
        <Split
          id="console"
          label="Height of the console"
          direction="column"
          sized="second"
          unit="px"
          initial={240}
          least={80}
          leastOther={160}
          first={work}
          second={<ConsolePanel />}
        />
      ) : (
        work
      )}
      <Footer />
      <DropAnywhere />
      <SyncNotices />
      {isAsked ? <DraftQuestions /> : null}
      <Keyboard />
    </div>
  );
}

function sayUnread(drafts: number): void {
  if (drafts === 0) return;
  notify({
    text: drafts === 1 ? 'A draft could not be read' : `${count(drafts, 'draft')} could not be read`,
    detail: 'Everything else is here. What could not be read is kept on this device as it is.',
    kind: 'problem',
    isLasting: true,
  });
}

function WideBody() {
  const isShown = useLook(({ sidebar }) => sidebar === 'shown');
  if (!isShown) return <TabArea />;
  return (
    <Split
      id="sidebar"
      label="Width of the sidebar"
      direction="row"
      sized="first"
      unit="px"
      initial={300}
      least={220}
      leastOther={480}
      first={<Sidebar />}
      second={<TabArea />}
    />
  );
}

/** On a phone one thing at a time: the sidebar, or what is open. Opening something shows it. */
function NarrowBody() {
  const { tabs } = useBench();
  const isSidebar = useLook(({ sidebar }) => sidebar === 'shown');
  useEffect(() => tabs.store.subscribe(() => look.setState({ sidebar: 'hidden' })), [tabs]);
  if (!isSidebar) return <TabArea />;
  return (
    <main className="flex min-w-0 flex-1">
      <Sidebar />
    </main>
  );
}
