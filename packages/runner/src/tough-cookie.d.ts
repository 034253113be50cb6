/** The part of Postman's tough-cookie that the jar uses. It has no types of its own. */
declare module '@postman/tough-cookie' {
  export type Answer<Result> = (error: Error | null, result?: Result) => void;

  export class Cookie {
    key: string;
    value: string;
    domain: string | null;
    path: string | null;
    hostOnly: boolean | null;
    expires: Date | 'Infinity';
    secure: boolean;
    httpOnly: boolean;
    sameSite?: string;
    creation: Date | null;
    static fromJSON(json: object | string): Cookie | null;
    constructor(properties?: object);
    toJSON(): object;
    /** Milliseconds, or Infinity. */
    expiryTime(): number;
  }

  export class MemoryCookieStore {
    findCookie(domain: string, path: string, key: string, answer: Answer<Cookie>): void;
    findCookies(domain: string, path: string | null, allowSpecial: boolean, answer: Answer<Cookie[]>): void;
    putCookie(cookie: Cookie, answer: Answer<void>): void;
    removeCookie(domain: string, path: string, key: string, answer: Answer<void>): void;
    getAllCookies(answer: Answer<Cookie[]>): void;
  }

  export class CookieJar {
    constructor(store: MemoryCookieStore, options: { readonly looseMode: boolean });
    getCookiesSync(url: string, options?: object): Cookie[];
  }
}
