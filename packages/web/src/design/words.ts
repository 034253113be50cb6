/** Numbers, lists and exact times as people say them. */

/** `1 change`, `1,204 changes`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`;
}

/** For a title or a log: to the second. */
export function exactTime(at: number): string {
  return new Date(at).toLocaleString('en', { dateStyle: 'medium', timeStyle: 'medium' });
}

/** `a, b and 3 more`. */
export function listed(names: readonly string[], shownMax = 3): string {
  const shown = names.slice(0, shownMax);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** As a sentence begins. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Of a search: each has to be found, in any order. */
export function searchWords(searched: string): string[] {
  return searched
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** What something without a name is called. */
export function named(name: string): string {
  return name === '' ? 'Untitled' : name;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
