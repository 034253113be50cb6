/** The environment in force, and the others. */
import { ChevronDown, SlidersHorizontal } from 'lucide-react';
import { classes } from '../design/classes.ts';
import { Menu, type MenuEntry } from '../design/menu.tsx';
import { named } from '../design/words.ts';
import { useBench, useChildren } from '../desk/use-desk.ts';
import { useEnvironment } from '../desk/use-variables.ts';
import { look } from '../boot/look.ts';
import { showPanel } from '../frame/sidebar-panel.ts';
import { newEnvironment } from './environment-actions.ts';

export function EnvironmentSwitcher() {
  const bench = useBench();
  const chosen = useEnvironment();
  const environments = useChildren(null).filter(({ kind }) => kind === 'environment');
  const name = environments.find(({ id }) => id === chosen)?.name ?? null;
  const all = (): void => {
    look.setState({ sidebar: 'shown' });
    showPanel('environments');
  };
  const entries: MenuEntry[] = [
    { label: 'No environment', isChecked: chosen === null, act: () => void bench.variables.chooseEnvironment(null) },
    ...environments.map((one) => ({
      label: named(one.name),
      isChecked: one.id === chosen,
      act: () => void bench.variables.chooseEnvironment(one.id),
    })),
    'line',
    ...(chosen === null ? [] : [{ label: `Open “${name ?? ''}”`, act: () => bench.tabs.openElement(chosen) }]),
    { label: 'New environment', act: () => void newEnvironment(bench) },
    { label: 'All environments', act: all },
  ];
  return (
    <Menu
      align="end"
      label="Environments"
      trigger={
        <button
          type="button"
          aria-label={name === null ? 'No environment' : `Environment ${name}`}
          className="flex h-8 max-w-48 min-w-0 items-center gap-1.5 rounded-md px-2 text-sm hover:bg-hover"
        >
          <SlidersHorizontal
            aria-hidden
            size={15}
            className={classes('shrink-0', name === null ? 'text-faint' : 'text-accent')}
          />
          <span className={classes('min-w-0 truncate max-md:hidden', name === null && 'text-muted')}>
            {name ?? 'No environment'}
          </span>
          <ChevronDown aria-hidden size={13} className="shrink-0 text-faint max-md:hidden" />
        </button>
      }
      entries={entries}
    />
  );
}
