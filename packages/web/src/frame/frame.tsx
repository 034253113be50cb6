/** The frame around everything: the bar at the top, the sidebar, the tabs with what is open in them, and the footer. */
import { lazy, Suspense, useEffect } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { look, useLook } from '../boot/look.ts';
import { saveByItself } from '../drafts/save-by-itself.ts';
import { useConsoleOpen } from '../console/console-state.ts';
import { tellTexts } from '../design/pending-text.ts';
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

const DraftQuestions = lazy(() => import('../drafts/draft-questions.tsx'));
const ConsolePanel = lazy(() => import('../console/console-panel.tsx'));

export function Frame() {
  const bench = useBench();
  const isNarrow = useNarrow();
  const isConsole = useConsoleOpen();
  const isAsked = useQuestion() !== null;
  useEffect(() => followRecent(bench), [bench]);
  useEffect(() => saveByItself(bench), [bench]);
  useEffect(() => {
    const flush = (): void => void bench.drafts.flush();
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
  return (
    <div className="flex h-full flex-col" key={bench.workspace}>
      <h1 className="sr-only">Waypost</h1>
      <TopBar />
      <Group orientation="vertical" className="min-h-0 flex-1">
        <Panel id="work" minSize="120px" className="flex">
          {isNarrow ? <NarrowBody /> : <WideBody />}
        </Panel>
        {isConsole ? (
          <>
            <Separator className="h-px bg-line outline-none hover:bg-accent focus-visible:bg-accent data-[separator=active]:bg-accent" />
            <Panel id="console" defaultSize="240px" minSize="80px">
              <Suspense fallback={null}>
                <ConsolePanel />
              </Suspense>
            </Panel>
          </>
        ) : null}
      </Group>
      <Footer />
      <DropAnywhere />
      <SyncNotices />
      {isAsked ? (
        <Suspense fallback={null}>
          <DraftQuestions />
        </Suspense>
      ) : null}
      <Keyboard />
    </div>
  );
}

function WideBody() {
  const isShown = useLook(({ sidebar }) => sidebar === 'shown');
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id: 'waypost.frame', storage: localStorage });
  if (!isShown) return <TabArea />;
  return (
    <Group
      orientation="horizontal"
      className="min-w-0 flex-1"
      {...(defaultLayout === undefined ? {} : { defaultLayout })}
      onLayoutChanged={onLayoutChanged}
    >
      <Panel id="sidebar" defaultSize="300px" minSize="220px" maxSize="50%">
        <Sidebar />
      </Panel>
      <Separator className="w-px bg-line outline-none hover:bg-accent focus-visible:bg-accent data-[separator=active]:bg-accent" />
      <Panel id="tabs" minSize="400px">
        <TabArea />
      </Panel>
    </Group>
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
