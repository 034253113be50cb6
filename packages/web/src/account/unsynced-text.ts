/** What exists only on this device, by name and count. */
import type { Unsynced } from '@waypost/client';
import { count, listed, named } from '../design/words.ts';

export function isAllSynced({ changes, refused, drafts, localValues }: Unsynced): boolean {
  return changes + refused + drafts + localValues === 0;
}

export interface UnsyncedLine {
  readonly text: string;
  readonly detail: string;
}

export function linesOf({ changes, elements, refused, drafts, localValues, conflicts }: Unsynced): UnsyncedLine[] {
  const names = elements.map(({ name }) => named(name));
  return [
    ...(changes === 0 ? [] : [{ text: `${count(changes, 'saved change')} not sent yet`, detail: listed(names, 5) }]),
    ...(drafts === 0
      ? []
      : [{ text: `${count(drafts, 'tab')} with something not saved`, detail: 'Save it, and it is sent.' }]),
    ...(localValues === 0
      ? []
      : [
          {
            text: `${count(localValues, 'value or cookie', 'values and cookies')} of this device only`,
            detail: 'Local values, cookies and certificates never sync.',
          },
        ]),
    ...(refused === 0
      ? []
      : [{ text: `${count(refused, 'change')} refused by the server`, detail: 'The footer shows what they were.' }]),
    ...(conflicts === 0
      ? []
      : [{ text: count(conflicts, 'open conflict'), detail: 'On the server as well: your other devices show them.' }]),
  ];
}
