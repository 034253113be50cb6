/** Menus that drop from a button and those of the right mouse button, from one list of entries. */
import { ContextMenu } from '@base-ui/react/context-menu';
import { Menu as BaseMenu } from '@base-ui/react/menu';
import { Check, type LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { classes } from './classes.ts';
import { Keys } from './keys.tsx';

export type MenuEntry =
  | {
      readonly label: string;
      readonly icon?: LucideIcon;
      /** As tinykeys writes them. */
      readonly keys?: string;
      readonly detail?: ReactNode;
      readonly isChecked?: boolean;
      readonly isDanger?: boolean;
      readonly isDisabled?: boolean;
      readonly act: () => void;
    }
  | { readonly label: string; readonly icon?: LucideIcon; readonly entries: readonly MenuEntry[] }
  | { readonly heading: string }
  | 'line';

const POPUP =
  'min-w-52 max-h-[var(--available-height)] overflow-y-auto rounded-lg border border-line bg-raised p-1 text-sm shadow-raised outline-none';
const ITEM =
  'flex h-7 items-center gap-2 rounded px-2 outline-none select-none data-highlighted:bg-hover data-disabled:opacity-50';

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly align?: 'start' | 'center' | 'end';
  readonly side?: 'top' | 'bottom';
  readonly label?: string;
}

export function Menu({ trigger, entries, align = 'start', side = 'bottom', label }: MenuProps) {
  return (
    <BaseMenu.Root>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align={align} side={side} sideOffset={4} className="z-50">
          <BaseMenu.Popup className={POPUP} {...(label === undefined ? {} : { 'aria-label': label })}>
            <Entries entries={entries} />
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

/** Opens where the right mouse button, or the menu key, was pressed on what it wraps. */
export function RightMenu({
  children,
  entries,
}: {
  readonly children: ReactElement;
  readonly entries: readonly MenuEntry[];
}) {
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={children} />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="z-50">
          <ContextMenu.Popup className={POPUP}>
            <Entries entries={entries} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function Entries({ entries }: { readonly entries: readonly MenuEntry[] }) {
  return entries.map((entry, at) => {
    if (entry === 'line') return <BaseMenu.Separator key={`line ${at}`} className="mx-1 my-1 h-px bg-line" />;
    if ('heading' in entry)
      return (
        <div key={entry.heading} className="px-2 pt-1.5 pb-1 text-2xs font-medium text-faint">
          {entry.heading}
        </div>
      );
    if ('entries' in entry) return <Submenu key={entry.label} {...entry} />;
    const { label, icon: Icon, keys, detail, isChecked, isDanger, isDisabled, act } = entry;
    return (
      <BaseMenu.Item
        key={`${label} ${at}`}
        onClick={act}
        disabled={isDisabled === true}
        className={classes(ITEM, isDanger === true && 'text-danger')}
      >
        {isChecked === undefined ? null : (
          <Check aria-hidden size={14} className={isChecked ? 'text-accent' : 'invisible'} />
        )}
        {Icon === undefined ? null : <Icon aria-hidden size={15} className={isDanger === true ? '' : 'text-muted'} />}
        <span className="min-w-0 flex-1 truncate">{label}</span>
        {isChecked === true ? <span className="sr-only">, chosen</span> : null}
        {detail === undefined ? null : <span className="text-xs text-faint">{detail}</span>}
        {keys === undefined ? null : <Keys combination={keys} />}
      </BaseMenu.Item>
    );
  });
}

function Submenu({ label, icon: Icon, entries }: Extract<MenuEntry, { readonly entries: readonly MenuEntry[] }>) {
  return (
    <BaseMenu.SubmenuRoot>
      <BaseMenu.SubmenuTrigger className={ITEM}>
        {Icon === undefined ? null : <Icon aria-hidden size={15} className="text-muted" />}
        <span className="min-w-0 flex-1 truncate">{label}</span>
        <span aria-hidden className="text-faint">
          ›
        </span>
      </BaseMenu.SubmenuTrigger>
      <BaseMenu.Portal>
        <BaseMenu.Positioner className="z-50">
          <BaseMenu.Popup className={POPUP}>
            <Entries entries={entries} />
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.SubmenuRoot>
  );
}
