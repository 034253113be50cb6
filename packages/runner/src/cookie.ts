/** Cookies, and the jar that keeps those of a workspace on the device. */
import { Cookie as ToughCookie, CookieJar, MemoryCookieStore } from '@postman/tough-cookie';
import { COOKIES_MAX } from './bounds.ts';

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

/** What names a cookie in a jar. */
export type CookieKey = Pick<Cookie, 'name' | 'domain' | 'path'>;

export interface CookieChanges {
  readonly set: readonly Cookie[];
  readonly removed: readonly CookieKey[];
}

/** What scripts may do with a jar, as the sandbox asks for it. */
const STORE_METHODS = [
  ...['findCookie', 'findCookies', 'putCookie', 'updateCookie', 'removeCookie', 'removeCookies'],
  ...['removeAllCookies', 'getAllCookies'],
] as const;

export class Jar {
  readonly #store = new MemoryCookieStore();
  readonly #jar = new CookieJar(this.#store, { looseMode: true });

  constructor(cookies: readonly Cookie[] = []) {
    this.apply({ set: cookies, removed: [] });
  }

  /** The jar as postman-runtime takes one. */
  get tough(): object {
    return this.#jar;
  }

  /** All that have not expired. Of too many the oldest are left out. */
  all(now: number): Cookie[] {
    const cookies = this.#stored().filter(({ expiresAt }) => expiresAt === null || expiresAt > now);
    if (cookies.length <= COOKIES_MAX) return cookies;
    return cookies.toSorted((one, other) => one.createdAt - other.createdAt).slice(-COOKIES_MAX);
  }

  /** Those that a request to this address carries. */
  matching(url: string): Cookie[] {
    return this.#jar.getCookiesSync(url, { expire: true }).map(cookieOf);
  }

  apply({ set, removed }: CookieChanges): void {
    for (const { domain, path, name } of removed) this.#store.removeCookie(domain, path, name, thrown);
    for (const cookie of set) this.#store.putCookie(toughCookie(cookie), thrown);
  }

  /** What has changed from the cookies that were here before. */
  changesFrom(before: readonly Cookie[], now: number): CookieChanges {
    const old = new Map(before.map((cookie) => [keyOf(cookie), cookie]));
    const present = this.all(now);
    const kept = new Set(present.map(keyOf));
    return {
      set: present.filter((cookie) => !isSame(cookie, old.get(keyOf(cookie)))),
      removed: before
        .filter((cookie) => !kept.has(keyOf(cookie)))
        .map(({ name, domain, path }) => ({ name, domain, path })),
    };
  }

  /** A call of a script, with the answer as the sandbox takes it. Throws for what is no such call. */
  async answer(method: string, args: readonly unknown[]): Promise<unknown> {
    if (!STORE_METHODS.some((known) => known === method))
      throw new Error(`CookieStore: invalid method name '${method}'`);
    const given = method === 'putCookie' || method === 'updateCookie' ? args.map(revived) : args;
    return new Promise((resolve, reject) => {
      const answered = (error: Error | null, result?: unknown): void =>
        error === null ? resolve(result) : reject(error);
      const call: unknown = Reflect.get(this.#store, method);
      if (typeof call === 'function') Reflect.apply(call, this.#store, [...given, answered]);
    });
  }

  #stored(): Cookie[] {
    let found: ToughCookie[] = [];
    this.#store.getAllCookies((_error, cookies = []) => {
      found = cookies;
    });
    return found.map(cookieOf);
  }
}

function revived(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? (ToughCookie.fromJSON(value) ?? value) : value;
}

function thrown(error: Error | null): void {
  if (error !== null) throw error;
}

function keyOf({ domain, path, name }: CookieKey): string {
  return JSON.stringify([domain, path, name]);
}

/** Whether they say the same; when it was made is no part of that. */
function isSame(one: Cookie, other: Cookie | undefined): boolean {
  return other !== undefined && JSON.stringify({ ...one, createdAt: 0 }) === JSON.stringify({ ...other, createdAt: 0 });
}

function cookieOf(cookie: ToughCookie): Cookie {
  const expiry = cookie.expiryTime();
  const sameSite = cookie.sameSite?.toLowerCase();
  return {
    name: cookie.key,
    value: cookie.value,
    domain: cookie.domain ?? '',
    hostOnly: cookie.hostOnly ?? false,
    path: cookie.path ?? '/',
    expiresAt: Number.isFinite(expiry) ? expiry : null,
    secure: cookie.secure,
    httpOnly: cookie.httpOnly,
    sameSite: sameSite === 'strict' || sameSite === 'lax' || sameSite === 'none' ? sameSite : null,
    createdAt: cookie.creation?.getTime() ?? 0,
  };
}

function toughCookie(cookie: Cookie): ToughCookie {
  const { name, value, domain, hostOnly, path, expiresAt, secure, httpOnly, sameSite, createdAt } = cookie;
  const made = new ToughCookie({
    ...{ key: name, value, domain, hostOnly, path, secure, httpOnly },
    expires: expiresAt === null ? 'Infinity' : new Date(expiresAt),
    ...(sameSite === null ? {} : { sameSite }),
    creation: new Date(createdAt),
  });
  return made;
}
