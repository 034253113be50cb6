/** The footer: what sync is doing, how requests are sent, and switches for what the screen looks like. */
import { Columns2, Cookie, Moon, Rows2, SquareTerminal, Sun } from 'lucide-react';
import { look, useLook } from '../boot/look.ts';
import { toggleConsole, useConsoleOpen } from '../console/console-state.ts';
import { IconButton } from '../design/button.tsx';
import { SenderButton } from '../sending/sender-button.tsx';
import { openSenderDialog } from '../sending/sender-menu-state.ts';
import { SyncState } from '../sync/sync-state.tsx';
import { useDarkSystem, useNarrow } from './narrow.ts';
import { PlainHttp } from './plain-http.tsx';

export function Footer() {
  const isConsole = useConsoleOpen();
  // A phone shows one pane at a time, and has no room for what is not asked for.
  const isNarrow = useNarrow();
  const panes = useLook((now) => now.panes);
  const theme = useLook((now) => now.theme);
  const isDarkSystem = useDarkSystem();
  const isDark = theme === 'dark' || (theme === 'system' && isDarkSystem);
  return (
    <footer className="flex h-7 shrink-0 items-center gap-1 border-t border-line bg-panel px-1.5 text-xs text-muted">
      <SyncState />
      <PlainHttp />
      <span className="flex-1" />
      <SenderButton />
      <IconButton size="small" icon={Cookie} label="Cookies" onClick={() => openSenderDialog('cookies')} />
      <IconButton
        size="small"
        icon={SquareTerminal}
        label="Console"
        keys="$mod+Alt+KeyC"
        isPressed={isConsole}
        onClick={toggleConsole}
      />
      {isNarrow ? null : (
        <IconButton
          size="small"
          icon={panes === 'beside' ? Rows2 : Columns2}
          label={panes === 'beside' ? 'Response below the request' : 'Response beside the request'}
          onClick={() => look.setState({ panes: panes === 'beside' ? 'below' : 'beside' })}
        />
      )}
      <IconButton
        size="small"
        icon={isDark ? Sun : Moon}
        label={isDark ? 'Light theme' : 'Dark theme'}
        onClick={() => look.setState({ theme: isDark ? 'light' : 'dark' })}
      />
    </footer>
  );
}
