/**
 * Every shortcut, in one list: the keyboard, the help sheet, menus and docs/user/keyboard.md all read it. Combinations that
 * browsers keep for themselves (Ctrl+N, T, W, Tab, Page Up and Down) are not among them.
 */
export type ShortcutGroup = 'Find' | 'Tabs' | 'Requests' | 'Sidebar' | 'Look';

export interface Shortcut {
  readonly id: string;
  readonly label: string;
  readonly group: ShortcutGroup;
  /** As tinykeys writes them. The first is the one that is shown. */
  readonly keys: readonly [string, ...string[]];
  /** A character: not while one is typing. */
  readonly isCharacter?: true;
}

export const SHORTCUTS = [
  { id: 'palette', label: 'Search and commands', group: 'Find', keys: ['$mod+KeyK'] },
  { id: 'filter', label: 'Filter the collections', group: 'Find', keys: ['$mod+Shift+KeyF'] },
  { id: 'help', label: 'Keyboard shortcuts', group: 'Find', keys: ['[Shift]+?'], isCharacter: true },
  { id: 'send', label: 'Send', group: 'Requests', keys: ['$mod+Enter'] },
  { id: 'save', label: 'Save', group: 'Requests', keys: ['$mod+KeyS'] },
  { id: 'new-request', label: 'New request', group: 'Requests', keys: ['$mod+Alt+KeyN'] },
  { id: 'focus-url', label: 'Go to the URL', group: 'Requests', keys: ['$mod+Alt+KeyL'] },
  { id: 'close-tab', label: 'Close the tab', group: 'Tabs', keys: ['$mod+Alt+KeyW'] },
  { id: 'next-tab', label: 'Next tab', group: 'Tabs', keys: ['$mod+Alt+ArrowRight'] },
  { id: 'previous-tab', label: 'Previous tab', group: 'Tabs', keys: ['$mod+Alt+ArrowLeft'] },
  { id: 'toggle-sidebar', label: 'Show or hide the sidebar', group: 'Sidebar', keys: ['$mod+KeyB'] },
  { id: 'collections', label: 'Collections', group: 'Sidebar', keys: ['$mod+Alt+Digit1'] },
  { id: 'environments', label: 'Environments', group: 'Sidebar', keys: ['$mod+Alt+Digit2'] },
  { id: 'history', label: 'History', group: 'Sidebar', keys: ['$mod+Alt+Digit3'] },
  { id: 'trash', label: 'Trash', group: 'Sidebar', keys: ['$mod+Alt+Digit4'] },
  { id: 'panes', label: 'Response beside or below', group: 'Look', keys: ['$mod+Alt+KeyP'] },
] as const satisfies readonly Shortcut[];

export type ShortcutId = (typeof SHORTCUTS)[number]['id'];

/** What keys do while the keyboard is in the tree of collections. */
export const TREE_SHORTCUTS: readonly { readonly label: string; readonly keys: readonly string[] }[] = [
  { label: 'Move', keys: ['ArrowUp', 'ArrowDown', 'Home', 'End'] },
  { label: 'Open and close a folder', keys: ['ArrowRight', 'ArrowLeft'] },
  { label: 'Open and close all beside it', keys: ['*'] },
  { label: 'Open in a tab', keys: ['Enter'] },
  { label: 'Go to a name', keys: ['its first letters'] },
  { label: 'Choose several', keys: ['Shift+ArrowDown', '$mod+Space', '$mod+KeyA'] },
  { label: 'Rename', keys: ['F2'] },
  { label: 'Move up or down', keys: ['Alt+ArrowUp', 'Alt+ArrowDown'] },
  { label: 'Duplicate', keys: ['$mod+KeyD'] },
  { label: 'Copy, cut, paste', keys: ['$mod+KeyC', '$mod+KeyX', '$mod+KeyV'] },
  { label: 'Delete', keys: ['Delete'] },
  { label: 'Menu', keys: ['Shift+F10'] },
];

export function shortcutKeys(id: ShortcutId): string {
  return SHORTCUTS.find((shortcut) => shortcut.id === id)?.keys[0] ?? '';
}

export const GROUPS: readonly ShortcutGroup[] = ['Find', 'Requests', 'Tabs', 'Sidebar', 'Look'];
