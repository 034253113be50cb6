/** The environments of the workspace, the one in force among them, and the globals. */
import type { ElementSummary } from '@waypost/client';
import { CircleCheck, Circle, Copy, Ellipsis, Globe, Pencil, Plus, SlidersHorizontal, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { Empty } from '../design/empty.tsx';
import { Menu, type MenuEntry, RightMenu } from '../design/menu.tsx';
import { named } from '../design/words.ts';
import { useBench, useChildren, useDirty, useTabs } from '../desk/use-desk.ts';
import { useEnvironment } from '../desk/use-variables.ts';
import { RenameField } from '../tree/rename-field.tsx';
import {
  deleteEnvironment,
  duplicateEnvironment,
  newEnvironment,
  openGlobals,
  renameEnvironment,
} from './environment-actions.ts';

export default function EnvironmentsPanel() {
  const bench = useBench();
  const top = useChildren(null);
  const environments = top.filter(({ kind }) => kind === 'environment');
  const globals = top.find(({ kind }) => kind === 'globals') ?? null;
  const front = useTabs((open) => open.front);
  return (
    <div className="flex h-full flex-col">
      <div className="flex items-center gap-1 p-1.5">
        <button
          type="button"
          aria-current={globals !== null && globals.id === front ? 'true' : undefined}
          className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded-md px-2 text-left text-sm hover:bg-hover aria-[current]:bg-hover"
          onClick={() => void openGlobals(bench)}
        >
          <Globe aria-hidden size={15} className="shrink-0 text-muted" />
          <span className="truncate">Globals</span>
          <span className="min-w-0 flex-1 truncate text-right text-2xs text-faint">for every request here</span>
        </button>
        <IconButton size="small" icon={Plus} label="New environment" onClick={() => void newEnvironment(bench)} />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto border-t border-line p-1.5">
        {environments.length === 0 ? (
          <Empty
            icon={SlidersHorizontal}
            title="No environments yet"
            actions={
              <Button look="primary" icon={Plus} onClick={() => void newEnvironment(bench)}>
                New environment
              </Button>
            }
          >
            An environment gives <code>{'{{names}}'}</code> their values: one for development, one for production. Each
            value can be shared, or stay on this device.
          </Empty>
        ) : (
          <ul aria-label="Environments">
            {environments.map((one) => (
              <EnvironmentRow key={one.id} environment={one} isFront={one.id === front} />
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

interface EnvironmentRowProps {
  readonly environment: ElementSummary;
  readonly isFront: boolean;
}

function EnvironmentRow({ environment, isFront }: EnvironmentRowProps) {
  const bench = useBench();
  const inForce = useEnvironment() === environment.id;
  const isDirty = useDirty().has(environment.id);
  const [isRenaming, setIsRenaming] = useState(false);
  const { id, name } = environment;
  const entries: MenuEntry[] = [
    inForce
      ? { label: 'Stop using it', act: () => void bench.variables.chooseEnvironment(null) }
      : { label: 'Use it', icon: CircleCheck, act: () => void bench.variables.chooseEnvironment(id) },
    'line',
    // Once the menu is gone, and has given the keyboard back.
    { label: 'Rename', icon: Pencil, keys: 'F2', act: () => void setTimeout(() => setIsRenaming(true)) },
    { label: 'Duplicate', icon: Copy, act: () => void duplicateEnvironment(bench, id) },
    { label: 'Delete', icon: Trash2, keys: 'Delete', isDanger: true, act: () => void deleteEnvironment(bench, id) },
  ];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'F2') setIsRenaming(true);
    else if (event.key === 'Delete') void deleteEnvironment(bench, id);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
      stepRow(event.currentTarget, event.key === 'ArrowDown');
    else return;
    event.preventDefault();
  };
  return (
    <RightMenu entries={entries}>
      <li className={classes('group flex h-7 items-center rounded-md', isFront ? 'bg-accent-soft' : 'hover:bg-hover')}>
        <IconButton
          size="small"
          icon={inForce ? CircleCheck : Circle}
          label={inForce ? `${name} is in force: stop using it` : `Use ${name}`}
          isPressed={inForce}
          onClick={() => void bench.variables.chooseEnvironment(inForce ? null : id)}
        />
        {isRenaming ? (
          <RenameField
            name={name}
            done={(next) => {
              setIsRenaming(false);
              if (next !== null) void renameEnvironment(bench, id, next);
            }}
          />
        ) : (
          <button
            type="button"
            data-environment
            aria-current={isFront ? 'true' : undefined}
            className="flex h-full min-w-0 flex-1 items-center gap-2 px-1.5 text-left text-sm"
            onClick={() => bench.tabs.openElement(id, { preview: true })}
            onDoubleClick={() => bench.tabs.openElement(id)}
            onKeyDown={onKeyDown}
          >
            <span className={classes('min-w-0 flex-1 truncate', inForce && 'font-medium')}>{named(name)}</span>
            {isDirty ? (
              <>
                <span aria-hidden className="size-2 shrink-0 rounded-full bg-accent" />
                <span className="sr-only">, not saved</span>
              </>
            ) : null}
            <StateMark state={environment.state} />
          </button>
        )}
        <span className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 max-md:opacity-100">
          <Menu
            align="end"
            label={`More of ${name}`}
            trigger={<IconButton size="small" icon={Ellipsis} label={`More of ${name}`} />}
            entries={entries}
          />
        </span>
      </li>
    </RightMenu>
  );
}

function StateMark({ state }: Pick<ElementSummary, 'state'>) {
  if (state === 'conflict') return <span className="text-2xs font-semibold text-warning">CONFLICT</span>;
  if (state === 'deleted elsewhere') return <span className="text-2xs font-semibold text-warning">DELETED</span>;
  return null;
}

function stepRow(from: Element, isDown: boolean): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-environment]')];
  const at = rows.findIndex((row) => row === from);
  rows[at + (isDown ? 1 : -1)]?.focus();
}
