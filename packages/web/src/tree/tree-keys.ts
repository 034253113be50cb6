/** What a key means in the tree. Pure, so that the list of shortcuts and the tree cannot disagree. */

export type TreeCommand =
  | 'up'
  | 'down'
  | 'first'
  | 'last'
  | 'page-up'
  | 'page-down'
  | 'open-or-in'
  | 'close-or-out'
  | 'expand-siblings'
  | 'open'
  | 'rename'
  | 'delete'
  | 'duplicate'
  | 'copy'
  | 'cut'
  | 'paste'
  | 'select-all'
  | 'toggle'
  | 'move-up'
  | 'move-down'
  | 'menu'
  | 'escape';

export interface Stroke {
  readonly key: string;
  /** Control, or Command on a Mac. */
  readonly isMod: boolean;
  readonly isShift: boolean;
  readonly isAlt: boolean;
}

const PLAIN: Readonly<Record<string, TreeCommand>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowRight: 'open-or-in',
  ArrowLeft: 'close-or-out',
  Home: 'first',
  End: 'last',
  PageUp: 'page-up',
  PageDown: 'page-down',
  Enter: 'open',
  ' ': 'open',
  F2: 'rename',
  Delete: 'delete',
  Backspace: 'delete',
  ContextMenu: 'menu',
  Escape: 'escape',
  '*': 'expand-siblings',
};

const WITH_MOD: Readonly<Record<string, TreeCommand>> = {
  d: 'duplicate',
  c: 'copy',
  x: 'cut',
  v: 'paste',
  a: 'select-all',
  ' ': 'toggle',
};

/** Commands that Shift turns into choosing more. */
export const SELECTING: ReadonlySet<TreeCommand> = new Set(['up', 'down', 'first', 'last', 'page-up', 'page-down']);

export function treeCommand({ key, isMod, isShift, isAlt }: Stroke): TreeCommand | null {
  if (isAlt) return key === 'ArrowUp' ? 'move-up' : key === 'ArrowDown' ? 'move-down' : null;
  if (isMod) return WITH_MOD[key.toLowerCase()] ?? null;
  if (isShift && key === 'F10') return 'menu';
  const command = PLAIN[key] ?? null;
  return isShift && command !== null && !SELECTING.has(command) && command !== 'expand-siblings' ? null : command;
}

/** Characters typed one after the other within this find the name they begin. */
export const TYPING_MS = 700;

/** The next row, from `from` on and around the end, whose name begins with what was typed; -1 where there is none. */
export function typedAhead(names: readonly string[], from: number, typed: string): number {
  const wanted = typed.toLowerCase();
  for (let by = 0; by < names.length; by += 1) {
    const at = (from + by) % names.length;
    if ((names[at] as string).toLowerCase().startsWith(wanted)) return at;
  }
  return -1;
}
