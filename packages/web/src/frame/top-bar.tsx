/** The bar at the top: the workspace, the search over everything, and the account. */
import { PanelLeft, Search } from 'lucide-react';
import { AccountMenu } from '../account/account-menu.tsx';
import { look, useLook } from '../boot/look.ts';
import { IconButton } from '../design/button.tsx';
import { Keys } from '../design/keys.tsx';
import { EnvironmentSwitcher } from '../environment/environment-switcher.tsx';
import { openPalette } from '../palette/palette-state.ts';
import { WorkspaceSwitcher } from './workspace-switcher.tsx';

export function TopBar() {
  const isSidebar = useLook(({ sidebar }) => sidebar === 'shown');
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line bg-panel px-2">
      <IconButton
        icon={PanelLeft}
        label={isSidebar ? 'Hide the sidebar' : 'Show the sidebar'}
        keys="$mod+KeyB"
        isPressed={isSidebar}
        onClick={() => look.setState({ sidebar: isSidebar ? 'hidden' : 'shown' })}
      />
      <WorkspaceSwitcher />
      <div className="flex min-w-0 flex-1 justify-center">
        <button
          type="button"
          onClick={openPalette}
          className="flex h-7 w-full max-w-md min-w-0 items-center gap-2 rounded-md border border-line bg-canvas px-2.5 text-sm text-faint hover:border-line-strong"
        >
          <Search aria-hidden size={14} className="shrink-0" />
          <span className="min-w-0 flex-1 truncate text-left">
            Search<span className="max-md:sr-only"> and commands</span>
          </span>
          <span className="max-md:hidden">
            <Keys combination="$mod+KeyK" />
          </span>
        </button>
      </div>
      <EnvironmentSwitcher />
      <AccountMenu />
    </header>
  );
}
