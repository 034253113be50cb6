/** Whether the search over everything is open. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

const store = createStore<{ readonly isOpen: boolean }>(() => ({ isOpen: false }));

export function openPalette(): void {
  store.setState({ isOpen: true });
}

export function closePalette(): void {
  store.setState({ isOpen: false });
}

export function usePaletteOpen(): boolean {
  return useStore(store, ({ isOpen }) => isOpen);
}
