/** The footer: what sync is doing, and switches for what the screen looks like. */
import { Columns2, Moon, Rows2, Sun } from 'lucide-react';
import { look, useLook } from '../boot/look.ts';
import { IconButton } from '../design/button.tsx';
import { SyncState } from '../sync/sync-state.tsx';

export function Footer() {
  const panes = useLook((now) => now.panes);
  const theme = useLook((now) => now.theme);
  const isDark = theme === 'dark' || (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <footer className="flex h-7 shrink-0 items-center gap-1 border-t border-line bg-panel px-1.5 text-xs text-muted">
      <SyncState />
      <span className="flex-1" />
      <IconButton
        size="small"
        icon={panes === 'beside' ? Rows2 : Columns2}
        label={panes === 'beside' ? 'Response below the request' : 'Response beside the request'}
        onClick={() => look.setState({ panes: panes === 'beside' ? 'below' : 'beside' })}
      />
      <IconButton
        size="small"
        icon={isDark ? Sun : Moon}
        label={isDark ? 'Light theme' : 'Dark theme'}
        onClick={() => look.setState({ theme: isDark ? 'light' : 'dark' })}
      />
    </footer>
  );
}
