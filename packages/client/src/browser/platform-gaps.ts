/** What a browser keeps from pages of plain http under a name that is not this machine's, and what to do about it. */

export interface PlatformGap {
  readonly missing: 'service-worker' | 'locks' | 'crypto' | 'storage';
  /** A sentence: what that means here. */
  readonly meaning: string;
}

export interface PlatformGaps {
  readonly gaps: readonly PlatformGap[];
  /** A sentence that says what is missing and what to do; null where nothing is. */
  readonly summary: string | null;
}

/** Everything that syncs and saves works all the same; only what is named here does not. */
export function platformGaps(): PlatformGaps {
  const gaps: PlatformGap[] = [];
  if (!('indexedDB' in globalThis))
    gaps.push({ missing: 'storage', meaning: 'Nothing can be kept in this browser, so Waypost cannot work in it.' });
  if (!('serviceWorker' in navigator))
    gaps.push({ missing: 'service-worker', meaning: 'Waypost does not open while its server cannot be reached.' });
  if (!('locks' in navigator))
    gaps.push({ missing: 'locks', meaning: 'Every tab syncs by itself, which is slower with many tabs.' });
  if (!isSecureContext)
    gaps.push({ missing: 'crypto', meaning: 'What travels to the server can be read on the way, passwords included.' });
  return { gaps, summary: gaps.length === 0 ? null : summaryOf(gaps) };
}

function summaryOf(gaps: readonly PlatformGap[]): string {
  const meanings = gaps.map(({ meaning }) => meaning).join(' ');
  return isSecureContext
    ? `This browser lacks something Waypost uses. ${meanings} Use a current browser, outside of private windows.`
    : `${location.origin} is plain http, for which browsers turn several things off. ${meanings} Serve it over https (waypost-server --tls-cert and --tls-key, or behind a proxy), or open it as http://localhost on the machine it runs on.`;
}
