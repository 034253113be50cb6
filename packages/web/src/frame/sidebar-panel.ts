/** Which panel the sidebar shows. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

export type SidebarPanel = 'collections' | 'environments' | 'history' | 'trash';

const store = createStore<{ readonly panel: SidebarPanel }>(() => ({ panel: 'collections' }));

export function showPanel(panel: SidebarPanel): void {
  store.setState({ panel });
}

export function useSidebarPanel(): SidebarPanel {
  return useStore(store, ({ panel }) => panel);
}
