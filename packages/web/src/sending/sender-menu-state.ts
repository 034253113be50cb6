/** Whether the choice of how requests are sent is open: several places lead there. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

export type SenderDialog = 'ways' | 'pairing' | 'consent' | 'surroundings' | 'cookies';

const store = createStore<{ readonly open: SenderDialog | null }>(() => ({ open: null }));

export function openSenderMenu(): void {
  store.setState({ open: 'ways' });
}

export function openSenderDialog(open: SenderDialog | null): void {
  store.setState({ open });
}

export function useSenderDialog(): SenderDialog | null {
  return useStore(store, ({ open }) => open);
}
