/** What this window is like, as the browser says it, also when it changes. */
import { useSyncExternalStore } from 'react';

/** As narrow as a phone's. */
export const useNarrow = following('(max-width: 760px)');

/** The system's theme is a dark one. */
export const useDarkSystem = following('(prefers-color-scheme: dark)');

function following(media: string): () => boolean {
  const query = window.matchMedia(media);
  const watch = (listener: () => void): (() => void) => {
    query.addEventListener('change', listener);
    return () => query.removeEventListener('change', listener);
  };
  return () => useSyncExternalStore(watch, () => query.matches);
}
