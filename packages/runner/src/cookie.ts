/** One cookie of a jar. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Without a leading dot. */
  readonly domain: string;
  /** For this host alone, and none below it. */
  readonly hostOnly: boolean;
  readonly path: string;
  /** Milliseconds since 1970; null for a cookie of the session, which here lasts as long as the jar. */
  readonly expiresAt: number | null;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: 'strict' | 'lax' | 'none' | null;
  readonly createdAt: number;
}
