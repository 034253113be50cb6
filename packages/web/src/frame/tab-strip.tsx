/** The row of open tabs. */
import { schemas } from '@waypost/model';
import { Plus, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { IconButton } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { type MenuEntry, RightMenu } from '../design/menu.tsx';
import { MethodLabel } from '../design/method.tsx';
import { named } from '../design/words.ts';
import type { Bench } from '../desk/bench.ts';
import type { Page, Tab } from '../desk/tabs.ts';
import { useBench, useDraft, useTabs } from '../desk/use-desk.ts';
import { closeTab, closeTabs, discardEdits, newRequest } from './actions.ts';
import { ask } from './questions.ts';

const PAGES: Readonly<Record<Page, string>> = {
  conflicts: 'Conflicts',
  import: 'Import',
  devices: 'Devices',
  teams: 'Teams',
  settings: 'Settings',
  'sync-log': 'Sync log',
};

export function TabStrip() {
  const bench = useBench();
  const tabs = useTabs((open) => open.tabs);
  const front = useTabs((open) => open.front);
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Labels come a moment after their tabs, and a window is made narrower: either may push the front one out of sight.
    const observer = new ResizeObserver(() =>
      list.current
        ?.querySelector('[data-tab][aria-selected=true]')
        ?.parentElement?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    );
    for (const element of [scroller.current, list.current]) if (element !== null) observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div className="flex h-9 shrink-0 items-stretch border-b border-line bg-panel">
      {/* Words for screen readers stand where their tab does: without `relative` they would make the whole page wider. */}
      <div ref={scroller} className="relative min-w-0 overflow-x-auto [scrollbar-width:none]">
        <div ref={list} role="tablist" aria-label="Open tabs" className="flex h-full w-max">
          {tabs.map((tab, at) => (
            <OneTab key={tab.key} tab={tab} at={at} isFront={tab.key === front} />
          ))}
        </div>
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

interface OneTabProps {
  readonly tab: Tab;
  readonly at: number;
  readonly isFront: boolean;
}

const DRAGGED = 'application/x-waypost-tab';

function OneTab({ tab, at, isFront }: OneTabProps) {
  const bench = useBench();
  const element = useRef<HTMLButtonElement>(null);
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    if (isFront) element.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isFront]);
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>): void => {
    const act = {
      ArrowRight: () => bench.tabs.step(1),
      ArrowLeft: () => bench.tabs.step(-1),
      Delete: () => closeTab(bench, tab),
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
    // The one that came to the front has the keyboard now.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-tab][aria-selected=true]')?.focus());
  };
  return (
    <RightMenu entries={menuOf(bench, tab)}>
      <div
        className={classes(
          'group flex max-w-52 min-w-24 shrink-0 items-center border-r border-line',
          isFront ? 'bg-canvas shadow-[inset_0_2px_0_var(--accent)]' : 'text-muted hover:bg-hover',
          isOver && 'border-l-2 border-l-accent',
        )}
        draggable
        onDragStart={({ dataTransfer }) => dataTransfer.setData(DRAGGED, tab.key)}
        onDragOver={(event) => {
          if (!event.dataTransfer.types.includes(DRAGGED)) return;
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          setIsOver(false);
          if (!event.dataTransfer.types.includes(DRAGGED)) return;
          // Firefox would look for a page of that name.
          event.preventDefault();
          bench.tabs.move(event.dataTransfer.getData(DRAGGED), at);
        }}
        onAuxClick={({ button }) => (button === 1 ? closeTab(bench, tab) : undefined)}
      >
        <button
          ref={element}
          type="button"
          role="tab"
          data-tab
          aria-selected={isFront}
          tabIndex={isFront ? 0 : -1}
          onClick={() => bench.tabs.front(tab.key)}
          onDoubleClick={() => bench.tabs.keep(tab.key)}
          onKeyDown={onKeyDown}
          className="flex h-full min-w-0 flex-1 items-center gap-1.5 pl-3 text-left text-sm"
        >
          {tab.show === 'element' ? <ElementLabel tab={tab} /> : <span className="truncate">{PAGES[tab.show]}</span>}
        </button>
        {/* For the mouse. By keyboard a tab is closed with Delete, and a tab list holds nothing but tabs. */}
        <span
          aria-hidden
          title="Close the tab"
          onClick={() => closeTab(bench, tab)}
          className={classes(
            'mx-1 flex size-5 shrink-0 items-center justify-center rounded hover:bg-hover hover:text-ink',
            isFront ? '' : 'opacity-0 group-hover:opacity-100',
          )}
        >
          <X size={13} />
        </span>
      </div>
    </RightMenu>
  );
}

function menuOf(bench: Bench, tab: Tab): MenuEntry[] {
  const others = bench.tabs.store.getState().tabs.filter(({ key }) => key !== tab.key);
  return [
    { label: 'Close', keys: '$mod+Alt+KeyW', act: () => closeTab(bench, tab) },
    { label: 'Close the others', isDisabled: others.length === 0, act: () => closeTabs(bench, others) },
    { label: 'Close all that is saved', act: () => closeTabs(bench, [...others, tab]) },
    ...(tab.show === 'element' && bench.elements.summary(tab.id) !== null
      ? (['line', { label: 'History', act: () => ask({ ask: 'versions', id: tab.id }) }] as const)
      : []),
    ...(tab.show === 'element' && bench.drafts.dirty.has(tab.id) && bench.drafts.state(tab.id)?.isNew === false
      ? (['line', { label: 'Discard the edits', isDanger: true, act: () => void discardEdits(bench, tab.id) }] as const)
      : []),
  ];
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
      <span className={classes('min-w-0 flex-1 truncate', tab.isPreview && 'italic')}>{named(name)}</span>
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
