/** Kinds as people call them in the middle of a sentence. */
const NAMES: Readonly<Record<string, string>> = {
  'header-preset': 'header preset',
  'history-entry': 'history entry',
  globals: 'globals',
};

export function kindName(kind: string): string {
  return NAMES[kind] ?? (kind === '' ? 'element' : kind);
}
