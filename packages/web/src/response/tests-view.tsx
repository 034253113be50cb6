/** What the tests of the request say, failures first in view by their colour and words. */
import { CircleCheck, CircleSlash, CircleX } from 'lucide-react';
import { classes } from '../design/classes.ts';
import type { Attempt } from '../sending/attempt.ts';
import { Scrolled } from './scrolled.tsx';

const LOOKS = {
  passed: { icon: CircleCheck, colour: 'text-success', word: 'Passed' },
  failed: { icon: CircleX, colour: 'text-danger', word: 'Failed' },
  skipped: { icon: CircleSlash, colour: 'text-faint', word: 'Skipped' },
} as const;

export function TestsView({ attempt }: { readonly attempt: Attempt }) {
  const { tests, scriptErrors } = attempt;
  if (tests.length + scriptErrors.length === 0) {
    return (
      <p className="px-4 py-3 text-sm text-muted">
        Nothing was tested. A script after the request can, with <code className="font-mono text-xs">pm.test</code>.
      </p>
    );
  }
  return (
    <Scrolled label="Tests">
      <ul aria-label="Test results">
        {scriptErrors.map(({ name, message, from, when }, at) => (
          <li key={`error ${at}`} className="flex gap-2 border-b border-line bg-danger-soft px-3 py-1.5 text-xs">
            <CircleX aria-hidden size={14} className="mt-px shrink-0 text-danger" />
            <span className="min-w-0 flex-1 break-words">
              <span className="font-medium text-danger">
                {when === 'prerequest' ? 'Script before the request' : 'Script after the request'}
                {from === '' ? '' : ` in ${from}`} failed:
              </span>{' '}
              {name}: {message}
            </span>
          </li>
        ))}
        {tests.map(({ name, outcome, message, from }, at) => {
          const { icon: Icon, colour, word } = LOOKS[outcome];
          return (
            <li key={at} className="flex gap-2 border-b border-line px-3 py-1.5 text-xs">
              <Icon aria-hidden size={14} className={classes('mt-px shrink-0', colour)} />
              <span className={classes('w-14 shrink-0 font-medium', colour)}>{word}</span>
              <span className="min-w-0 flex-1 break-words">
                {name}
                {message === null ? null : <span className="block text-muted">{message}</span>}
              </span>
              <span className="max-w-40 shrink-0 truncate text-faint">{from}</span>
            </li>
          );
        })}
      </ul>
    </Scrolled>
  );
}
