/** A row of tabs inside a pane, with a count or a dot where there is something behind them. */
import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import { memo, type ReactNode } from 'react';

export interface Choice<Key extends string> {
  readonly key: Key;
  readonly label: string;
  /** How many there are; nothing is shown for 0. */
  readonly count?: number;
  /** Something is there. */
  readonly isMarked?: boolean;
}

export interface ChoicesProps<Key extends string> {
  readonly label: string;
  readonly choices: readonly Choice<Key>[];
  readonly chosen: Key;
  readonly choose: (key: Key) => void;
  /** At the right end of the row. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

export function Choices<Key extends string>({ label, choices, chosen, choose, aside, children }: ChoicesProps<Key>) {
  return (
    <BaseTabs.Root value={chosen} onValueChange={(key) => choose(key as Key)} className="flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 items-center border-b border-line pr-2">
        <BaseTabs.List
          aria-label={label}
          className="relative flex min-w-0 flex-1 overflow-x-auto px-2 [scrollbar-width:none]"
        >
          {choices.map(({ key, label: text, count = 0, isMarked = false }) => (
            <Tab key={key} value={key} label={text} count={count} isMarked={isMarked} />
          ))}
        </BaseTabs.List>
        {aside}
      </div>
      <BaseTabs.Panel value={chosen} tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
        {children}
      </BaseTabs.Panel>
    </BaseTabs.Root>
  );
}

/** Painted again only when it says something else: the row stands over what one types into. */
const Tab = memo(function Tab({
  value,
  label,
  count,
  isMarked,
}: Required<Omit<Choice<string>, 'key'>> & { readonly value: string }) {
  return (
    <BaseTabs.Tab
      value={value}
      className="flex h-9 shrink-0 items-center gap-1.5 border-b-2 border-transparent px-2.5 text-sm text-muted hover:text-ink data-active:border-accent data-active:text-ink"
    >
      {label}
      {count > 0 ? <span className="rounded-full bg-hover px-1.5 text-2xs text-muted">{count}</span> : null}
      {isMarked ? (
        <>
          <span aria-hidden className="size-1.5 rounded-full bg-accent" />
          <span className="sr-only">, in use</span>
        </>
      ) : null}
    </BaseTabs.Tab>
  );
});
