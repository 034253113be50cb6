/** The row of open tabs. */
import { schemas } from '@waypost/model';
import { Plus, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { IconButton } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { MethodLabel } from '../design/method.tsx';
import type { Page, Tab } from '../desk/tabs.ts';
import { useBench, useDraft, useTabs } from '../desk/use-desk.ts';
import { closeTab, newRequest } from './actions.ts';

const PAGES: Readonly<Record<Page, string>> = {
  conflicts: 'Conflicts',
  import: 'Import',
  devices: 'Devices',
  settings: 'Settings',
  'sync-log': 'Sync log',
};

export function TabStrip() {
  const bench = useBench();
  const tabs = useTabs((open) => open.tabs);
  const front = useTabs((open) => open.front);
  return (
    <div className="flex h-9 shrink-0 items-stretch border-b border-line bg-panel">
      <div role="tablist" aria-label="Open tabs" className="flex min-w-0 overflow-x-auto [scrollbar-width:none]">
        {tabs.map((tab) => (
          <OneTab key={tab.key} tab={tab} isFront={tab.key === front} />
        ))}
      </div>
      <div className="flex items-center px-1">
        <IconButton
          size="small"
          icon={Plus}
          label="New request"
          keys="$mod+Alt+KeyN"
          onClick={() => newRequest(bench)}
        />
      </div>
    </div>
  );
}

function OneTab({ tab, isFront }: { readonly tab: Tab; readonly isFront: boolean }) {
  const bench = useBench();
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isFront) element.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isFront]);
  return (
    <div
      ref={element}
      className={classes(
        'group flex max-w-52 min-w-24 shrink-0 items-center border-r border-line',
        isFront ? 'bg-canvas shadow-[inset_0_2px_0_var(--accent)]' : 'text-muted hover:bg-hover',
      )}
      onAuxClick={({ button }) => (button === 1 ? closeTab(bench, tab) : undefined)}
    >
      <button
        type="button"
        role="tab"
        aria-selected={isFront}
        onClick={() => bench.tabs.front(tab.key)}
        onDoubleClick={() => bench.tabs.keep(tab.key)}
        className="flex h-full min-w-0 flex-1 items-center gap-1.5 pl-3 text-left text-sm"
      >
        {tab.show === 'element' ? <ElementLabel tab={tab} /> : <span className="truncate">{PAGES[tab.show]}</span>}
      </button>
      <span className="flex w-7 shrink-0 justify-center">
        <IconButton
          size="small"
          icon={X}
          label="Close the tab"
          keys="$mod+Alt+KeyW"
          onClick={() => closeTab(bench, tab)}
        />
      </span>
    </div>
  );
}

function ElementLabel({ tab }: { readonly tab: Extract<Tab, { readonly show: 'element' }> }) {
  const draft = useDraft(tab.id);
  const { elements } = useBench();
  const state = elements.summary(tab.id)?.state;
  if (draft === null) return <span className="truncate"> </span>;
  const { name, detail } = schemas(draft.kind).label(draft.content.data);
  return (
    <>
      {draft.kind === 'request' ? <MethodLabel method={detail} /> : null}
      <span className={classes('min-w-0 flex-1 truncate', tab.isPreview && 'italic')}>
        {name === '' ? 'Untitled' : name}
      </span>
      {draft.isDeleted ? <Mark text="DELETED" /> : state === 'conflict' ? <Mark text="CONFLICT" /> : null}
      {draft.isDirty ? (
        <>
          <span aria-hidden className="size-2 shrink-0 rounded-full bg-accent" />
          <span className="sr-only">, not saved</span>
        </>
      ) : null}
    </>
  );
}

function Mark({ text }: { readonly text: string }) {
  return <span className="shrink-0 rounded bg-warning-soft px-1 text-2xs font-semibold text-warning">{text}</span>;
}
