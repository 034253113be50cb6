/** What the shortcuts do, and the commands that have no keys. */
import { look } from '../boot/look.ts';
import type { Bench } from '../desk/bench.ts';
import type { Desk } from '../desk/desk.ts';
import type { Page } from '../desk/tabs.ts';
import { newEnvironment } from '../environment/environment-actions.ts';
import { openPalette } from '../palette/palette-state.ts';
import { add } from '../tree/tree-actions.ts';
import { treeOf } from '../tree/tree-state.ts';
import { closeTab, newRequest, saveTab } from './actions.ts';
import { showHelp } from './help-state.ts';
import { SHORTCUTS, type ShortcutId, shortcutKeys } from './shortcuts.ts';
import { type SidebarPanel, showPanel } from './sidebar-panel.ts';
import { canDo, doInTab } from './tab-commands.ts';

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly keys?: string;
  readonly run: (desk: Desk) => void;
  /** Whether it would do anything now. */
  readonly isPossible?: (desk: Desk) => boolean;
}

const DOES: Readonly<Record<ShortcutId, Pick<Command, 'run' | 'isPossible'>>> = {
  palette: { run: () => openPalette() },
  filter: { run: () => toPanel('collections', () => document.querySelector<HTMLElement>('[data-tree-filter]')) },
  help: { run: () => showHelp() },
  send: { run: () => doInTab('send'), isPossible: () => canDo('send') },
  save: { run: (desk) => saveFront(benchOf(desk)), isPossible: (desk) => frontElement(benchOf(desk)) !== null },
  'new-request': { run: (desk) => newRequest(benchOf(desk)) },
  'focus-url': { run: () => doInTab('focus-url'), isPossible: () => canDo('focus-url') },
  'close-tab': {
    run: (desk) => closeFront(benchOf(desk)),
    isPossible: (desk) => frontTab(benchOf(desk)) !== undefined,
  },
  'next-tab': { run: (desk) => benchOf(desk).tabs.step(1) },
  'previous-tab': { run: (desk) => benchOf(desk).tabs.step(-1) },
  'toggle-sidebar': {
    run: () => look.setState({ sidebar: look.getState().sidebar === 'shown' ? 'hidden' : 'shown' }),
  },
  collections: { run: () => toPanel('collections', () => document.querySelector<HTMLElement>('[role="tree"]')) },
  environments: { run: () => toPanel('environments') },
  history: { run: () => toPanel('history') },
  trash: { run: () => toPanel('trash') },
  panes: { run: () => look.setState({ panes: look.getState().panes === 'beside' ? 'below' : 'beside' }) },
};

export function runShortcut(desk: Desk, id: ShortcutId): void {
  const { run, isPossible } = DOES[id];
  if (isPossible?.(desk) !== false) run(desk);
}

/** All that the palette offers, besides going somewhere. */
export const COMMANDS: readonly Command[] = [
  // First what somebody who types nothing most likely came for.
  ofShortcut('new-request'),
  {
    id: 'new-collection',
    label: 'New collection',
    run: (desk) => void inTree(() => add(benchOf(desk), 'collection', null)),
  },
  { id: 'new-environment', label: 'New environment', run: (desk) => void newEnvironment(benchOf(desk)) },
  page('import', 'Import and export'),
  page('settings', 'Settings'),
  ofShortcut('help'),
  page('conflicts', 'Conflicts'),
  page('devices', 'Devices'),
  page('teams', 'Teams'),
  page('sync-log', 'Sync log'),
  {
    id: 'sync-now',
    label: 'Sync now',
    run: (desk) => desk.device.retry(),
    isPossible: (desk) => desk.seat.account !== null,
  },
  ...SHORTCUTS.filter(({ id }) => !['palette', 'help', 'new-request'].includes(id)).map(({ id }) => ofShortcut(id)),
  { id: 'collapse-all', label: 'Collapse all collections', run: (desk) => treeOf(benchOf(desk)).collapseAll() },
  { id: 'theme-light', label: 'Light theme', run: () => look.setState({ theme: 'light' }) },
  { id: 'theme-dark', label: 'Dark theme', run: () => look.setState({ theme: 'dark' }) },
  { id: 'theme-system', label: 'Theme of the system', run: () => look.setState({ theme: 'system' }) },
];

function ofShortcut(id: ShortcutId): Command {
  const label = SHORTCUTS.find((one) => one.id === id)?.label ?? '';
  return { id, label: paletteLabel(id) ?? label, keys: shortcutKeys(id), ...DOES[id] };
}

/** In the palette the name of a panel alone would say too little. */
function paletteLabel(id: ShortcutId): string | null {
  const panels: readonly string[] = ['collections', 'environments', 'history', 'trash'];
  return panels.includes(id) ? `Show ${id === 'collections' || id === 'environments' ? id : `the ${id}`}` : null;
}

function page(show: Page, label: string): Command {
  return { id: show, label, run: (desk) => benchOf(desk).tabs.openPage(show) };
}

async function inTree(act: () => Promise<void>): Promise<void> {
  toPanel('collections');
  await act();
}

function benchOf(desk: Desk): Bench {
  return desk.bench.getState().bench;
}

function frontTab({ tabs }: Bench) {
  const { tabs: open, front } = tabs.store.getState();
  return open.find(({ key }) => key === front);
}

function frontElement(bench: Bench) {
  const tab = frontTab(bench);
  return tab?.show === 'element' ? tab.id : null;
}

function saveFront(bench: Bench): void {
  const id = frontElement(bench);
  if (id !== null) void saveTab(bench, id);
}

function closeFront(bench: Bench): void {
  const tab = frontTab(bench);
  if (tab !== undefined) closeTab(bench, tab);
}

/** Shows a panel, and puts the keyboard where it is wanted once it is there. */
function toPanel(panel: SidebarPanel, focus: () => HTMLElement | null = () => null): void {
  look.setState({ sidebar: 'shown' });
  showPanel(panel);
  setTimeout(() => focus()?.focus());
}
