/** What the server says that the body is. */
import type { Attempt } from '../sending/attempt.ts';

export function contentTypeOf({ head }: Pick<Attempt, 'head'>): string {
  return head?.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
}
