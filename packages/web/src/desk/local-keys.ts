/** Names of what a workspace keeps on this device only. Everything but `window/` counts as work when signing out. */
import type { ElementId } from '@waypost/protocol';

export const DRAFT = 'draft/';

export function draftKey(id: ElementId): string {
  return `${DRAFT}${id}`;
}

/** A draft that could not be read when another took its place. */
export function unreadKey(id: ElementId): string {
  return `unread/${draftKey(id)}`;
}

export const OPEN_TABS = 'window/tabs';
export const EXPANDED = 'window/expanded';
/** The environment in force on this device. */
export const ENVIRONMENT = 'window/environment';
/** What was open of late. */
export const RECENT = 'window/recent';
