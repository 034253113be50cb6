/** Times as people say them. */
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const WEEK_MS = 7 * 86_400_000;

/** "2 hours ago", "yesterday"; beyond a week the date. */
export function agoText(at: number, now: number): string {
  const difference = at - now;
  if (Math.abs(difference) > WEEK_MS) return dayText(at, now);
  for (const [unit, ms] of STEPS) {
    if (Math.abs(difference) >= ms) return relative.format(Math.round(difference / ms), unit);
  }
  return 'just now';
}

/** "12 March", with the year where it is another one. */
export function dayText(at: number, now: number): string {
  const [day, today] = [new Date(at), new Date(now)];
  const isThisYear = day.getFullYear() === today.getFullYear();
  return day.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', ...(isThisYear ? {} : { year: 'numeric' }) });
}

/** "Today", "Yesterday", then the weekday for a week, then the date. */
export function dayHeading(at: number, now: number): string {
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days < 7) return new Date(at).toLocaleDateString('en-GB', { weekday: 'long' });
  return dayText(at, now);
}

export function timeText(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** Where several things happen in a minute. */
export function timeWithSeconds(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}
