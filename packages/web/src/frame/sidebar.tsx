/** The sidebar: collections, environments, history and trash, one at a time. */
import { Tabs } from '@base-ui/react/tabs';
import { Box, History, type LucideIcon, SlidersHorizontal, Trash2 } from 'lucide-react';
import type { ComponentType } from 'react';
import { classes } from '../design/classes.ts';
import { CollectionsPanel } from '../tree/collections-panel.tsx';
import { type SidebarPanel, showPanel, useSidebarPanel } from './sidebar-panel.ts';
import { later } from '../design/later.ts';

// What is not in sight at first is not needed for the first paint.
const EnvironmentsPanel = later(() => import('../environment/environments-panel.tsx'));
const HistoryPanel = later(() => import('../history/history-panel.tsx'));
const TrashPanel = later(() => import('../trash/trash-panel.tsx'));

const PANELS: readonly { readonly key: SidebarPanel; readonly label: string; readonly icon: LucideIcon }[] = [
  { key: 'collections', label: 'Collections', icon: Box },
  { key: 'environments', label: 'Environments', icon: SlidersHorizontal },
  { key: 'history', label: 'History', icon: History },
  { key: 'trash', label: 'Trash', icon: Trash2 },
];

const CONTENT: Readonly<Record<SidebarPanel, ComponentType>> = {
  collections: CollectionsPanel,
  environments: EnvironmentsPanel,
  history: HistoryPanel,
  trash: TrashPanel,
};

export function Sidebar() {
  const panel = useSidebarPanel();
  const Content = CONTENT[panel];
  return (
    <nav aria-label="Sidebar" className="flex h-full min-w-0 flex-1 flex-col bg-panel">
      <Tabs.Root
        value={panel}
        onValueChange={(key) => showPanel(key as SidebarPanel)}
        className="flex min-h-0 flex-1 flex-col"
      >
        <Tabs.List
          aria-label="What the sidebar shows"
          className="flex shrink-0 gap-1 border-b border-line p-1.5"
          activateOnFocus
        >
          {PANELS.map(({ key, label, icon: Icon }) => (
            <Tabs.Tab
              key={key}
              value={key}
              title={label}
              className={classes(
                'flex h-7 min-w-0 items-center justify-center gap-1.5 rounded-md px-2 text-xs',
                key === panel ? 'flex-1 bg-hover font-medium text-ink' : 'text-muted hover:bg-hover hover:text-ink',
              )}
            >
              <Icon aria-hidden size={15} className="shrink-0" />
              <span className={key === panel ? 'truncate' : 'sr-only'}>{label}</span>
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={panel} tabIndex={-1} className="min-h-0 flex-1 outline-none">
          <h2 className="sr-only">{PANELS.find(({ key }) => key === panel)?.label}</h2>
          <Content />
        </Tabs.Panel>
      </Tabs.Root>
    </nav>
  );
}
