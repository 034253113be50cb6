/**
 * Sends a person to an authorization page in a window of its own, and waits for what they come back with. The app is cut off
 * from that window on purpose (Cross-Origin-Opener-Policy): neither sees whether the other is still there. What comes back
 * arrives at a page of the app (public/oauth-callback.js), and from there through a channel that only this origin hears.
 */

/** Registered with whoever gives the tokens, so it never changes. */
export function callbackUrl(): string {
  return new URL('/oauth-callback.html', location.origin).href;
}

/** Somebody who is looking for a password may take a while. */
const PATIENCE_MS = 10 * 60_000;
const CHANNEL = 'waypost-oauth';

export type Returned<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'blocked' | 'stopped' | 'late' };

export interface AskingOptions<Answer> {
  /** Of http or https. */
  readonly url: string;
  /** What they sent along, to know the answer by. */
  readonly state: string;
  /** Null for an answer to somebody else. */
  readonly read: (text: string) => Answer | null;
  readonly signal: AbortSignal;
}

/** Only just after a click or a key: browsers open no window otherwise. */
export async function askInWindow<Answer>(options: AskingOptions<Answer>): Promise<Returned<Answer>> {
  const { url, state, read, signal } = options;
  const channel = new BroadcastChannel(CHANNEL);
  try {
    const opened = window.open('', '', 'popup,width=520,height=720');
    if (opened === null) return { kind: 'blocked' };
    // On plain http nothing else keeps a strange page from leading this one elsewhere.
    opened.opener = null;
    opened.location.href = url;
    return await new Promise((resolve) => {
      const late = AbortSignal.timeout(PATIENCE_MS);
      late.addEventListener('abort', () => resolve({ kind: 'late' }));
      signal.addEventListener('abort', () => resolve({ kind: 'stopped' }));
      channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        const text: unknown = Reflect.get(Object(data), 'answer');
        const answer = typeof text === 'string' ? read(text) : null;
        if (answer === null) return;
        channel.postMessage({ taken: state });
        resolve({ kind: 'answer', answer });
      });
    });
  } finally {
    channel.close();
  }
}
