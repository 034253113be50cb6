/** Which tabs are open in a workspace, in which order, and which one is in front. Remembered on this device. */
import type { Device } from '@waypost/client';
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import * as z from 'zod/mini';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { OPEN_TABS } from './local-keys.ts';
import { remember, remembered } from './remember.ts';

/** `element` shows whatever its element is; the others are pages of the app, open once at most. */
const PAGES = ['conflicts', 'import', 'devices', 'teams', 'settings', 'sync-log'] as const;
export type Page = (typeof PAGES)[number];

export type Tab =
  | {
      readonly key: string;
      readonly show: 'element';
      readonly id: ElementId;
      /** Opened by a single click: the next one takes its place. */
      readonly isPreview: boolean;
    }
  | { readonly key: string; readonly show: Page };

export interface OpenTabs {
  readonly tabs: readonly Tab[];
  /** The key of the one in front. */
  readonly front: string | null;
}

const tabsSchema = z.object({
  tabs: z.array(
    z.union([
      z.object({ key: z.string(), show: z.literal('element'), id: z.string(), isPreview: z.boolean() }),
      z.object({ key: z.string(), show: z.enum(PAGES) }),
    ]),
  ),
  front: z.nullable(z.string()),
});

const TABS_MAX = 100;

export class Tabs {
  readonly store: StoreApi<OpenTabs>;

  private constructor(device: Device, workspace: WorkspaceId, tabs: OpenTabs) {
    this.store = createStore(() => tabs);
    this.store.subscribe((now) => remember({ device, workspace }, OPEN_TABS, now));
  }

  static async open(device: Device, workspace: WorkspaceId): Promise<Tabs> {
    const tabs = (await remembered({ device, workspace }, OPEN_TABS, tabsSchema)) as OpenTabs | null;
    return new Tabs(device, workspace, tabs ?? { tabs: [], front: null });
  }

  /** Brings an element to the front; `preview` for a look that the next one replaces. */
  openElement(id: ElementId, options: { readonly preview?: boolean } = {}): void {
    const { tabs } = this.store.getState();
    const isPreview = options.preview === true;
    const present = tabs.find((tab) => tab.show === 'element' && tab.id === id);
    if (present !== undefined) {
      const kept = tabs.map((tab) =>
        tab === present && tab.show === 'element' && !isPreview ? { ...tab, isPreview } : tab,
      );
      this.store.setState({ tabs: kept, front: present.key });
      return;
    }
    const tab: Tab = { key: id, show: 'element', id, isPreview };
    const replaced = isPreview ? tabs.findIndex((one) => one.show === 'element' && one.isPreview) : -1;
    if (replaced >= 0) this.store.setState({ tabs: tabs.with(replaced, tab), front: tab.key });
    else this.#add(tab);
  }

  openPage(show: Page): void {
    const present = this.store.getState().tabs.find((tab) => tab.show === show);
    if (present !== undefined) this.front(present.key);
    else this.#add({ key: show, show });
  }

  front(key: string): void {
    this.store.setState({ front: key });
  }

  /** A preview that somebody edits stays. */
  keep(key: string): void {
    const { tabs } = this.store.getState();
    if (!tabs.some((tab) => tab.key === key && tab.show === 'element' && tab.isPreview)) return;
    this.store.setState({
      tabs: tabs.map((tab) => (tab.key === key && tab.show === 'element' ? { ...tab, isPreview: false } : tab)),
    });
  }

  close(key: string): void {
    const { tabs, front } = this.store.getState();
    const at = tabs.findIndex((tab) => tab.key === key);
    if (at < 0) return;
    const left = tabs.toSpliced(at, 1);
    const next = left[Math.min(at, left.length - 1)]?.key ?? null;
    this.store.setState({ tabs: left, front: front === key ? next : front });
  }

  move(key: string, to: number): void {
    const { tabs } = this.store.getState();
    const at = tabs.findIndex((tab) => tab.key === key);
    const tab = tabs[at];
    if (tab === undefined) return;
    this.store.setState({ tabs: tabs.toSpliced(at, 1).toSpliced(to, 0, tab) });
  }

  /** The next one (1) or the one before (-1), around the ends. */
  step(by: 1 | -1): void {
    const { tabs, front } = this.store.getState();
    const at = tabs.findIndex(({ key }) => key === front);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (next !== undefined) this.front(next.key);
  }

  #add(tab: Tab): void {
    const { tabs, front } = this.store.getState();
    const at = tabs.findIndex(({ key }) => key === front);
    const room = tabs.length < TABS_MAX ? tabs : tabs.filter((one, index) => index > 0 || one.key === front);
    this.store.setState({
      tabs: room.toSpliced(at < 0 ? room.length : Math.min(at + 1, room.length), 0, tab),
      front: tab.key,
    });
  }
}
