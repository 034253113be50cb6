/** The tabs, and what the one in front shows. */
import { Compass } from 'lucide-react';
import { Empty } from '../design/empty.tsx';
import type { Tab } from '../desk/tabs.ts';
import { useTabs } from '../desk/use-desk.ts';
import { ElementTab } from './element-tab.tsx';
import { TabStrip } from './tab-strip.tsx';
import { later } from '../design/later.ts';

const ConflictsPage = later(() => import('../conflicts/conflicts-page.tsx'));
const ImportPage = later(() => import('../import/import-page.tsx'));
const DevicesPage = later(() => import('../account/devices-page.tsx'));
const TeamsPage = later(() => import('../teams/teams-page.tsx'));
const SettingsPage = later(() => import('./settings-page.tsx'));
const SyncLogPage = later(() => import('../sync/sync-log-page.tsx'));

export function TabArea() {
  const tabs = useTabs((open) => open.tabs);
  const front = useTabs((open) => open.front);
  const tab = tabs.find(({ key }) => key === front);
  return (
    <main className="flex h-full min-w-0 flex-1 flex-col bg-canvas">
      <TabStrip />
      <div className="flex min-h-0 flex-1 flex-col" key={tab?.key ?? 'none'}>
        {tab === undefined ? <NothingOpen /> : contentOf(tab)}
      </div>
    </main>
  );
}

function contentOf(tab: Tab) {
  switch (tab.show) {
    case 'element':
      return <ElementTab id={tab.id} />;
    case 'conflicts':
      return <ConflictsPage />;
    case 'import':
      return <ImportPage />;
    case 'devices':
      return <DevicesPage />;
    case 'teams':
      return <TeamsPage />;
    case 'settings':
      return <SettingsPage />;
    case 'sync-log':
      return <SyncLogPage />;
  }
}

function NothingOpen() {
  return (
    <Empty icon={Compass} title="Nothing is open">
      Choose a request in the sidebar, or begin a new one with the plus above.
    </Empty>
  );
}
