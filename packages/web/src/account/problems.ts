/** What went wrong at signing in or up, said where it belongs. */
import { WaypostError } from '@waypost/protocol';
import { messageOf } from '../design/words.ts';
import type { Problem } from './use-attempt.ts';

export type EnterField = 'email' | 'password' | 'setupToken';

export function problemOf(error: unknown): Problem<EnterField> {
  const text = messageOf(error);
  if (!(error instanceof WaypostError)) return { at: 'form', text };
  switch (error.code) {
    case 'account-exists':
      return { at: 'email', text };
    case 'bad-credentials':
    case 'weak-password':
      return { at: 'password', text };
    case 'sign-up-closed':
      return { at: 'setupToken', text };
    default:
      return { at: 'form', text };
  }
}

/** Before the server is asked; null where nothing is missing. */
export function missingIn({
  email,
  password,
}: {
  readonly email: string;
  readonly password: string;
}): Problem<EnterField> | null {
  if (!/^\S+@\S+$/.test(email.trim())) return { at: 'email', text: 'Write your whole e-mail address.' };
  if (password === '') return { at: 'password', text: 'Write your password.' };
  return null;
}
