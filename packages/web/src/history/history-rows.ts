/** The history as rows of a list: a heading for each day, its entries below. Pure. */
import { dayHeading } from '../design/when.ts';
import type { HistoryEntry } from '../desk/history.ts';
import { searchWords } from '../design/words.ts';

export type HistoryRow =
  | { readonly kind: 'day'; readonly title: string }
  | { readonly kind: 'entry'; readonly entry: HistoryEntry };

export function historyRows(entries: readonly HistoryEntry[], filter: string, now: number): HistoryRow[] {
  const words = searchWords(filter);
  const rows: HistoryRow[] = [];
  let day = '';
  for (const entry of entries) {
    const text = `${entry.method} ${entry.name}`.toLowerCase();
    if (!words.every((word) => text.includes(word))) continue;
    const title = entry.at === null ? 'Earlier' : dayHeading(entry.at, now);
    if (title !== day) rows.push({ kind: 'day', title });
    day = title;
    rows.push({ kind: 'entry', entry });
  }
  return rows;
}
