/** Numbers and times as people say them. */

/** `1 change`, `1,204 changes`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`;
}

const STEPS: readonly (readonly [seconds: number, name: string])[] = [
  [60, 'minute'],
  [60 * 60, 'hour'],
  [24 * 60 * 60, 'day'],
];

/** Beyond a month the date says more. */
const DATE_AFTER_S = 30 * 24 * 60 * 60;

/** Both in milliseconds since 1970. A clock that runs behind the server's makes nothing happen in the future. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, (now - at) / 1_000);
  if (seconds < 60) return 'just now';
  if (seconds >= DATE_AFTER_S) return dateText(at);
  const [size, name] = STEPS.findLast(([step]) => seconds >= step) ?? [60, 'minute'];
  return `${count(Math.floor(seconds / size), name)} ago`;
}

export function dateText(at: number): string {
  return new Date(at).toLocaleDateString('en', { year: 'numeric', month: 'short', day: 'numeric' });
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

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
