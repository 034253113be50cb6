/**
 * Where a page that goes leaves what the disk did not answer for yet. Only `localStorage` is written before the page is
 * gone. Whoever comes next takes it at once: another tab of this browser, or the page itself when it is loaded again; so
 * nothing stays there.
 */
export interface LeftBehind {
  /** By the key it is kept under; null is taken away. */
  leave(records: ReadonlyMap<string, string | null>): void;
  /** What was left; it is gone from here. */
  take(): ReadonlyMap<string, string | null>;
  /** Tells when another tab left something. Returns how to stop. */
  watch(listener: () => void): () => void;
}

/** For where there is no browser. */
export const NOTHING_LEFT: LeftBehind = { leave: () => undefined, take: () => new Map(), watch: () => () => undefined };

export function leftInBrowser(channel: string): LeftBehind {
  if (typeof document === 'undefined') return NOTHING_LEFT;
  const key = leftKey(channel);
  return {
    leave(records) {
      if (records.size === 0) return;
      try {
        localStorage.setItem(key, JSON.stringify([...records]));
      } catch {
        // It may be full or closed: then what the disk takes is what is left.
      }
    },
    take() {
      try {
        const text = localStorage.getItem(key);
        localStorage.removeItem(key);
        return new Map(text === null ? [] : (JSON.parse(text) as [string, string | null][]));
      } catch {
        return new Map();
      }
    },
    watch(listener) {
      const hear = (event: StorageEvent): void => {
        if (event.key === key && event.newValue !== null) listener();
      };
      window.addEventListener('storage', hear);
      return () => window.removeEventListener('storage', hear);
    },
  };
}

export function leftKey(channel: string): string {
  return `waypost.left/${channel}`;
}
