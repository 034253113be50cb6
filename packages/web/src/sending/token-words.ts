/** What is said of an access token that this device keeps. */
import type { AccessToken } from '@waypost/runner';
import { agoText } from '../design/when.ts';

const MINUTE_MS = 60_000;

/** "ends in 59 minutes, can be refreshed"; its type only where it is no usual one. */
export function tokenWords({ tokenType, expiresAt, refreshToken, scope }: AccessToken, now: number): string {
  return [
    ...(tokenType.toLowerCase() === 'bearer' ? [] : [tokenType]),
    endWords(expiresAt, now),
    ...(refreshToken === null ? [] : ['can be refreshed']),
    ...(scope === null || scope === '' ? [] : [`scope ${scope}`]),
  ].join(', ');
}

export function isEnded({ expiresAt }: AccessToken, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

function endWords(expiresAt: number | null, now: number): string {
  if (expiresAt === null) return 'its end is not known';
  if (expiresAt <= now) return `ended ${agoText(expiresAt, now)}`;
  return expiresAt - now < MINUTE_MS ? 'ends in less than a minute' : `ends ${agoText(expiresAt, now)}`;
}
