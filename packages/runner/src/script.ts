/**
 * A script before or after a request, and whatever runs it: a child process on the command line, a worker in a frame of its
 * own in the browser. It is given copies, and says what it made of them; nothing else of it reaches out but what {@link
 * ScriptHost} does for it.
 */
import type { HeaderLine } from './exchange.ts';

export interface ScriptEngine {
  /** Runs one script to its end. Never throws: what went wrong is in the result. Aborting ends it at once. */
  run(order: ScriptOrder, host: ScriptHost, signal: AbortSignal): Promise<ScriptResult>;
  /** Lets go of whatever was started for it. */
  close(): void;
}

export interface ScriptOrder {
  readonly when: 'prerequest' | 'test';
  readonly source: string;
  /** The element it stands in: the collection, a folder, or the request itself. */
  readonly from: string;
  readonly about: ScriptAbout;
  readonly scopes: ScriptScopes;
  /** The row of data it runs with: `pm.iterationData`. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The request in the collection format, to be read and, before it is sent, to be changed. */
  readonly request: unknown;
  /** Null before it is there. */
  readonly response: ScriptResponse | null;
  /** What `pm.cookies` shows: those the request carries. */
  readonly cookies: readonly ScriptCookie[];
  readonly timeoutMs: number;
}

/** Names, for scripts that ask. */
export interface ScriptAbout {
  readonly requestId: string;
  readonly requestName: string;
  /** What the request stands in, from the collection down to itself. */
  readonly path: readonly string[];
  /** Null where none is in force. */
  readonly environment: string | null;
}

export interface ScriptCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly path: string;
}

/** Variables by scope, with the values that are in force on this device. */
export interface ScriptScopes {
  readonly environment: readonly ScriptVariable[];
  readonly collection: readonly ScriptVariable[];
  readonly globals: readonly ScriptVariable[];
  /** Those of `pm.variables.set`: they last until the request is done. */
  readonly request: readonly ScriptVariable[];
}

export interface ScriptVariable {
  readonly key: string;
  readonly value: unknown;
}

export interface ScriptResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly HeaderLine[];
  readonly body: Uint8Array;
  readonly totalMs: number;
}

/** What is done for a script while it runs. */
export interface ScriptHost {
  /** `pm.sendRequest`, in the collection format. What it throws the script is told. */
  send(
    request: unknown,
    signal: AbortSignal,
  ): Promise<{ readonly response: ScriptResponse; readonly cookies: readonly ScriptCookie[] }>;
  /** A call of the jar's store; see `Jar.answer`. */
  cookies(method: string, args: readonly unknown[]): Promise<unknown>;
  said(line: ScriptLine): void;
}

/** What a script wrote to its console. */
export interface ScriptLine {
  readonly level: 'log' | 'info' | 'debug' | 'warn' | 'error';
  readonly from: string;
  /** Text as it is; anything else as JSON. */
  readonly text: string;
}

export interface ScriptTest {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed. */
  readonly message: string | null;
  readonly from: string;
}

export interface ScriptResult {
  readonly tests: readonly ScriptTest[];
  /** As the script left them; as they were where it did not come to its end. */
  readonly scopes: ScriptScopes;
  readonly request: unknown;
  /** `pm.execution.skipRequest`: the request is not to be sent. */
  readonly isSkipped: boolean;
  /** The request that a run goes on with, null to stop; undefined where the script did not say. */
  readonly next: string | null | undefined;
  /** What it wants drawn, as the sandbox says it; null for nothing. */
  readonly visualizer: unknown;
  readonly error: ScriptError | null;
}

export interface ScriptError {
  /** Like `ReferenceError`; `Timeout` and `Aborted` are ours. */
  readonly name: string;
  readonly message: string;
  readonly from: string;
}
