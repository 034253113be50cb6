/** Counts in words: "2 collections, 14 requests". */
import { count } from '../design/words.ts';

const PLURALS: Readonly<Record<string, string>> = {
  'history-entry': 'history entries',
  globals: 'globals',
  settings: 'settings',
  'run-summary': 'run summaries',
  'header-preset': 'header presets',
};

export function counted(number: number, kind: string): string {
  return count(number, kind.replace('-', ' '), PLURALS[kind] ?? `${kind}s`);
}

export function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([kind, number]) => counted(number, kind))
    .join(', ');
}
