/** Makes ready what sending a request needs, while its person is still looking at it. */
import type { ElementId } from '@waypost/protocol';
import type { Bench } from '../desk/bench.ts';

/** Somebody who only passes by loads nothing. */
const AFTER_MS = 600;

/** Returns how to leave it. */
export function prepareSending(bench: Bench, id: ElementId): () => void {
  const timer = setTimeout(() => {
    import('./run.ts').then(({ warmFor }) => warmFor(bench, id)).catch(() => undefined);
  }, AFTER_MS);
  return () => clearTimeout(timer);
}
