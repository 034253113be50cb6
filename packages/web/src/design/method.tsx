/** An HTTP method, in its colour and in a width that lines up names below each other. */
import { classes } from './classes.ts';

const COLOURS: Readonly<Record<string, string>> = {
  GET: 'text-get',
  POST: 'text-post',
  PUT: 'text-put',
  PATCH: 'text-patch',
  DELETE: 'text-delete',
};

const SHORT: Readonly<Record<string, string>> = { DELETE: 'DEL', OPTIONS: 'OPT', PATCH: 'PATCH', CONNECT: 'CONN' };

export function methodColour(method: string): string {
  return COLOURS[method.toUpperCase()] ?? 'text-other';
}

export function MethodLabel({ method, isWide = false }: { readonly method: string; readonly isWide?: boolean }) {
  const text = method.toUpperCase();
  return (
    <span
      className={classes(
        'shrink-0 truncate text-2xs font-semibold',
        methodColour(text),
        isWide ? 'w-11 text-right' : '',
      )}
    >
      <span aria-hidden>{SHORT[text] ?? text.slice(0, 6)}</span>
      <span className="sr-only">{text}</span>
    </span>
  );
}
