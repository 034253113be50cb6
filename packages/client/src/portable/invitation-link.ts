/** Links into a team: how they are written and read. */

/** The token in a link to join, or typed alone; null where there is none. */
export function invitationToken(linkOrToken: string): string | null {
  return /(?:^|#\/?join[=/])([\w-]{43})$/.exec(linkOrToken.trim())?.[1] ?? null;
}

/** What is sent to whoever is invited. The token stands behind `#`, which browsers send to nobody. */
export function invitationLink(server: string, token: string): string {
  return `${server.replace(/\/$/, '')}/#join=${token}`;
}
