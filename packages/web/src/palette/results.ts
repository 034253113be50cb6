/** What the palette shows for what was typed: elements, commands, and workspaces to go to. Pure. */
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import type { Findable, SearchIndex } from './search.ts';

export interface CommandLine {
  readonly id: string;
  readonly label: string;
  readonly keys?: string;
}

export type Result =
  /** With its URL where it was found by that. */
  | { readonly kind: 'element'; readonly entry: Findable; readonly url: string | null }
  | { readonly kind: 'command'; readonly command: CommandLine }
  | { readonly kind: 'workspace'; readonly id: WorkspaceId; readonly name: string };

export interface ResultGroup {
  readonly title: string;
  readonly items: readonly Result[];
}

export interface Searched {
  readonly query: string;
  readonly index: SearchIndex;
  readonly commands: readonly CommandLine[];
  /** Others than the one in front. */
  readonly workspaces: readonly { readonly id: WorkspaceId; readonly name: string }[];
  /** Latest first. */
  readonly recent: readonly ElementId[];
}

const RECENT_SHOWN = 8;
const COMMANDS_SHOWN = 8;

export function resultsFor({ query, index, commands, workspaces, recent }: Searched): ResultGroup[] {
  const text = query.trim();
  const isOnlyCommands = text.startsWith('>');
  const wanted = text.replace(/^>\s*/, '').toLowerCase();
  const words = wanted.split(/\s+/).filter((word) => word !== '');
  const fits = (label: string): boolean => words.every((word) => label.toLowerCase().includes(word));
  const elements = isOnlyCommands ? [] : wanted === '' ? recentEntries(index, recent) : index.find(wanted, recent);
  const found = [...workspaces.map(({ id, name }): Result => ({ kind: 'workspace', id, name }))].filter(
    (one) => one.kind === 'workspace' && wanted !== '' && fits(`switch to ${one.name}`),
  );
  const possible = commands
    .filter(({ label }) => fits(label))
    .toSorted((a, b) => rank(b.label, wanted) - rank(a.label, wanted));
  const shown = possible.slice(0, isOnlyCommands ? possible.length : COMMANDS_SHOWN);
  const groups: ResultGroup[] = [
    {
      title: wanted === '' ? 'Open of late' : 'Elements',
      items: elements.map((entry) => ({ kind: 'element', entry, url: index.urlFound(entry, wanted) })),
    },
    { title: 'Commands', items: shown.map((command) => ({ kind: 'command', command })) },
    { title: 'Workspaces', items: found },
  ];
  // Whoever types the beginning of a command means it.
  const isCommandFirst =
    wanted !== '' &&
    shown.some(({ label }) => label.toLowerCase().startsWith(wanted)) &&
    elements.every(({ name }) => !name.toLowerCase().startsWith(wanted));
  const ordered = isCommandFirst ? [groups[1], groups[0], groups[2]] : groups;
  return ordered.filter((group): group is ResultGroup => group !== undefined && group.items.length > 0);
}

function recentEntries({ entries }: SearchIndex, recent: readonly ElementId[]): Findable[] {
  const wanted = new Set(recent.slice(0, RECENT_SHOWN));
  const found = new Map(entries.filter(({ id }) => wanted.has(id)).map((entry) => [entry.id, entry]));
  return recent.flatMap((id) => found.get(id) ?? []);
}

function rank(label: string, wanted: string): number {
  return label.toLowerCase().startsWith(wanted) ? 1 : 0;
}
