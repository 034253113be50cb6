/** How long ago, as people say it. */

const STEPS: readonly (readonly [seconds: number, name: string])[] = [
  [60, 'minute'],
  [60 * 60, 'hour'],
  [24 * 60 * 60, 'day'],
];

/** Beyond a month the date says more. */
const DATE_AFTER_S = 30 * 24 * 60 * 60;

/** Both in milliseconds since 1970. A clock that runs behind the server's makes nothing happen in the future. */
export function relativeTime(at: number | null, now: number): string {
  if (at === null) return 'never';
  const seconds = Math.max(0, (now - at) / 1_000);
  if (seconds < 60) return 'just now';
  if (seconds >= DATE_AFTER_S) return new Date(at).toISOString().slice(0, 10);
  const [size, name] = STEPS.findLast(([step]) => seconds >= step) ?? [60, 'minute'];
  return `${count(Math.floor(seconds / size), name)} ago`;
}

/** `1 change`, `1,204 changes`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`;
}
