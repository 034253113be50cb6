/** The part of postman-runtime that the engine uses. It has no types of its own. */
declare module 'postman-runtime' {
  interface HeaderEntry {
    readonly key: string;
    readonly value: string;
  }

  /** One request that went out, and what was answered. */
  export interface Exchange {
    readonly request: {
      readonly method: string;
      readonly href: string;
      readonly headers: readonly HeaderEntry[];
      readonly httpVersion: string;
    };
    readonly response?: {
      readonly statusCode: number;
      readonly headers: readonly HeaderEntry[];
      readonly httpVersion: string;
      readonly downloadedBytes?: number;
    };
    readonly timings?: {
      readonly requestStart: number;
      readonly offset?: Readonly<Record<string, number | undefined>>;
    };
    readonly session?: { readonly id: string; readonly reused: boolean };
  }

  export interface Session {
    readonly addresses?: { readonly remote?: { readonly address?: string; readonly port?: number } };
    readonly tls?: {
      readonly authorized: boolean;
      readonly authorizationError?: unknown;
      readonly cipher?: { readonly name?: string } | false;
      readonly protocol?: string | false | null;
      readonly peerCertificate: {
        readonly subject?: Readonly<Record<string, string | undefined>>;
        readonly issuer?: Readonly<Record<string, string | undefined>>;
        readonly validFrom?: string;
        readonly validTo?: string;
        readonly fingerprint?: string;
      };
    };
  }

  export interface History {
    readonly execution: {
      readonly data: readonly Exchange[];
      readonly sessions: Readonly<Record<string, Session | undefined>>;
    };
  }

  export interface Response {
    readonly code: number;
    readonly status?: string;
    readonly stream?: Uint8Array;
  }

  export interface Requester {
    isSSEStream: boolean;
    sseProcessor: { onData(data: Uint8Array): void } | null;
  }

  interface RequesterPool {
    create(trace: unknown, done: (error: Error | null, requester: Requester) => void): void;
  }

  export interface Run {
    readonly requester: RequesterPool;
    start(triggers: Triggers): void;
    abort(): void;
  }

  export interface Triggers {
    beforeItem?(): void;
    beforeRequest?(
      error: Error | null,
      cursor: unknown,
      request: unknown,
      item: unknown,
      control: { abort(): void },
    ): void;
    responseStart?(
      error: Error | null,
      cursor: unknown,
      response: Response | undefined,
      request: unknown,
      item: unknown,
      cookies: unknown,
      history: History | undefined,
    ): void;
    io?(
      error: Error | null,
      cursor: unknown,
      trace: { readonly source: string },
      response: Response | undefined,
      request: unknown,
      cookies: unknown,
      history: History | undefined,
    ): void;
    response?(
      error: Error | null,
      cursor: unknown,
      response: Response | undefined,
      request: unknown,
      item: unknown,
      cookies: unknown,
      history: History | undefined,
    ): void;
    console?(cursor: unknown, level: string, ...said: unknown[]): void;
    done?(error: Error | null): void;
  }

  export class Runner {
    constructor(options?: object);
    run(collection: unknown, options: object, done: (error: Error | null, run: Run) => void): void;
  }

  const runtime: { readonly Runner: typeof Runner };
  export default runtime;
}
