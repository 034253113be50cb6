/** Whether the console is open below the work. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

const store = createStore<{ readonly isOpen: boolean }>(() => ({ isOpen: false }));

export function toggleConsole(): void {
  store.setState(({ isOpen }) => ({ isOpen: !isOpen }));
}

export function useConsoleOpen(): boolean {
  return useStore(store, ({ isOpen }) => isOpen);
}
