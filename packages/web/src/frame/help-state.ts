/** Whether the sheet with the shortcuts is open. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

const store = createStore<{ readonly isOpen: boolean }>(() => ({ isOpen: false }));

export function showHelp(): void {
  store.setState({ isOpen: true });
}

export function hideHelp(): void {
  store.setState({ isOpen: false });
}

export function useHelpOpen(): boolean {
  return useStore(store, ({ isOpen }) => isOpen);
}
