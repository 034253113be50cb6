/** Theme, contrast and layout: of this browser, whoever works in it. `public/theme.js` applies the first two before the first paint. */
import * as z from 'zod/mini';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { useStore } from 'zustand';

export interface Look {
  readonly theme: 'system' | 'light' | 'dark';
  readonly contrast: 'system' | 'more';
  /** How request and response stand to each other. */
  readonly panes: 'beside' | 'below';
  readonly sidebar: 'shown' | 'hidden';
  /** Saves by itself while one types. */
  readonly autosave: boolean;
}

const KEY = 'waypost.look';

const lookSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  contrast: z.enum(['system', 'more']),
  panes: z.enum(['beside', 'below']),
  sidebar: z.enum(['shown', 'hidden']),
  autosave: z.boolean(),
});

const PLAIN: Look = { theme: 'system', contrast: 'system', panes: 'below', sidebar: 'shown', autosave: false };

export const look: StoreApi<Look> = createStore(() => readLook());

look.subscribe((now) => {
  apply(now);
  try {
    localStorage.setItem(KEY, JSON.stringify(now));
  } catch {
    // Storage may be full or closed: the look then lasts as long as the page.
  }
});

export function useLook<Part>(part: (look: Look) => Part): Part {
  return useStore(look, part);
}

function readLook(): Look {
  try {
    const parsed = lookSchema.safeParse({ ...PLAIN, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as object) });
    return parsed.success ? parsed.data : PLAIN;
  } catch {
    return PLAIN;
  }
}

function apply({ theme, contrast }: Look): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  if (contrast === 'system') delete dataset['contrast'];
  else dataset['contrast'] = contrast;
}
