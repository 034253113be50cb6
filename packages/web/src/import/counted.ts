/** Counts in words: "2 collections, 14 requests". */
const PLURALS: Readonly<Record<string, string>> = {
  'history-entry': 'history entries',
  globals: 'globals',
  settings: 'settings',
  'run-summary': 'run summaries',
  'header-preset': 'header presets',
};

export function counted(number: number, kind: string): string {
  const name = number === 1 ? kind.replace('-', ' ') : (PLURALS[kind] ?? `${kind}s`);
  return `${number.toLocaleString('en')} ${name}`;
}

export function countsText(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([kind, number]) => counted(number, kind))
    .join(', ');
}
