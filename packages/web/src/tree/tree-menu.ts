/** The menu of an element in the tree, or of the empty space below all of them. */
import type { ElementId } from '@waypost/protocol';
import {
  ArrowDownAZ,
  Box,
  ChevronsUpDown,
  ClipboardPaste,
  Copy,
  CopyPlus,
  Download,
  FolderPlus,
  History,
  MessageSquareReply,
  Pencil,
  Plus,
  Scissors,
  SquareArrowOutUpRight,
  Terminal,
  Trash2,
  Upload,
} from 'lucide-react';
import type { MenuEntry } from '../design/menu.tsx';
import { notify } from '../design/notice.tsx';
import { messageOf } from '../design/words.ts';
import type { Bench } from '../desk/bench.ts';
import { ask } from '../frame/questions.ts';
import { clipboard } from './clipboard.ts';
import { isBranch } from './rows.ts';
import { add, copy, duplicate, mayHold, paste, remove, sort } from './tree-actions.ts';
import { treeOf } from './tree-state.ts';

export function menuEntries(bench: Bench, id: ElementId | null): readonly MenuEntry[] {
  const summary = id === null ? null : bench.elements.summary(id);
  if (id === null || summary === null) return emptyEntries(bench);
  const { kind } = summary;
  const tree = treeOf(bench);
  const chosen = tree.chosen(id);
  const isOne = chosen.length === 1;
  const making: MenuEntry[] = isOne
    ? [
        ...(mayHold(kind, 'request')
          ? [{ label: 'New request', icon: Plus, act: () => void add(bench, 'request', id) }]
          : []),
        ...(mayHold(kind, 'folder')
          ? [
              { label: 'New folder', icon: FolderPlus, act: () => void add(bench, 'folder', id) },
              { label: 'Import into it', icon: Upload, act: () => void importInto(bench, id) },
            ]
          : []),
        ...(kind === 'request'
          ? [{ label: 'New example', icon: MessageSquareReply, act: () => void add(bench, 'example', id) }]
          : []),
      ]
    : [];
  return [
    ...(isOne
      ? [{ label: 'Open', icon: SquareArrowOutUpRight, keys: 'Enter', act: () => bench.tabs.openElement(id) }]
      : [{ heading: `${chosen.length} elements` }]),
    ...(making.length === 0 ? [] : (['line', ...making] as const)),
    'line',
    ...(isOne ? [{ label: 'Rename', icon: Pencil, keys: 'F2', act: () => tree.rename(id) }] : []),
    { label: 'Duplicate', icon: CopyPlus, keys: '$mod+KeyD', act: () => void duplicate(bench, chosen) },
    { label: 'Copy', icon: Copy, keys: '$mod+KeyC', act: () => copy(bench, chosen, false) },
    { label: 'Cut', icon: Scissors, keys: '$mod+KeyX', act: () => copy(bench, chosen, true) },
    pasteEntry(bench, id),
    ...(isOne && kind === 'request' ? [curlEntry(bench, id)] : []),
    'line',
    ...(isOne && isBranch(kind)
      ? [
          { label: 'Sort by name', icon: ArrowDownAZ, act: () => void sort(bench, id) },
          { label: 'Expand all below', icon: ChevronsUpDown, act: () => tree.expand(branchesBelow(bench, id)) },
        ]
      : []),
    ...(isOne ? [{ label: 'History', icon: History, act: () => ask({ ask: 'versions', id }) }] : []),
    { label: 'Export', icon: Download, detail: 'Postman 2.1', act: () => void exportChosen(bench, chosen) },
    'line',
    { label: 'Delete', icon: Trash2, keys: 'Delete', isDanger: true, act: () => void remove(bench, chosen) },
  ];
}

function emptyEntries(bench: Bench): readonly MenuEntry[] {
  return [
    { label: 'New collection', icon: Box, act: () => void add(bench, 'collection', null) },
    { label: 'New request', icon: Plus, act: () => void add(bench, 'request', null) },
    'line',
    pasteEntry(bench, null),
    { label: 'Sort collections by name', icon: ArrowDownAZ, act: () => void sort(bench, null) },
    'line',
    { label: 'Import', icon: Upload, act: () => void importInto(bench, null) },
  ];
}

function pasteEntry(bench: Bench, at: ElementId | null): MenuEntry {
  return {
    label: 'Paste',
    icon: ClipboardPaste,
    keys: '$mod+KeyV',
    isDisabled: clipboard.getState().clip === null,
    act: () => void paste(bench, at),
  };
}

function curlEntry(bench: Bench, id: ElementId): MenuEntry {
  return {
    label: 'Copy as cURL',
    icon: Terminal,
    entries: [
      { label: 'With variables as written', act: () => void curl(bench, id, 'written') },
      { label: 'With their values', act: () => void curl(bench, id, 'resolved') },
    ],
  };
}

// What few need, and nobody at once, is loaded when it is asked for.
async function importInto(bench: Bench, into: ElementId | null): Promise<void> {
  const { importTarget } = await import('../import/import-state.ts');
  importTarget.setState({ into });
  bench.tabs.openPage('import');
}

async function exportChosen(bench: Bench, ids: readonly ElementId[]): Promise<void> {
  try {
    const { exportElements } = await import('../import/exporting.ts');
    await exportElements(bench, ids);
  } catch (error) {
    notify({ text: 'Not exported', detail: messageOf(error), kind: 'problem' });
  }
}

async function curl(bench: Bench, id: ElementId, variables: 'written' | 'resolved'): Promise<void> {
  const { copyAsCurl } = await import('./copy-curl.ts');
  await copyAsCurl(bench, id, variables);
}

function branchesBelow(bench: Bench, id: ElementId): ElementId[] {
  return [
    id,
    ...bench.elements
      .list(id)
      .filter(({ kind }) => isBranch(kind))
      .flatMap((child) => branchesBelow(bench, child.id)),
  ];
}
