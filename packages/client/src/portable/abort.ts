/** Giving up what was asked for. Every platform has these, but no ECMAScript library declares them. */

export interface AbortSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
}

declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}

export function newAbort(): { readonly signal: AbortSignal; abort(): void } {
  return new AbortController();
}
