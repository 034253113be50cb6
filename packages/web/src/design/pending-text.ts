/**
 * What was typed and not told yet: long texts are told a moment after one stops. Whatever acts on what the screen shows
 * (saving, sending, a shortcut) has it told first.
 */
const editors = new Set<() => void>();

/** Until the returned function is called. */
export function holdText(tell: () => void): () => void {
  editors.add(tell);
  return () => editors.delete(tell);
}

export function tellTexts(): void {
  for (const tell of editors) tell();
}
