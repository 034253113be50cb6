/**
 * Production code is run as it is written, with two exceptions that are made while it is loaded, so that no file is
 * touched: bounds become values that a seed may lower, so that a few elements are enough to meet them; and a mutant
 * (`mutants/`) changes one snippet, to see whether anything here notices.
 */
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { SMALL_LIMITS } from './small-limits.ts';

/** One snippet of a production file, which must be there exactly once, and what stands in its place. */
export interface Replacement {
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Must be called before any of the production code is imported. */
export function installSourceHooks(replacements: readonly Replacement[]): void {
  const changed = new Map<string, Replacement[]>();
  for (const replacement of [...SMALL_LIMITS.map(adjustable), ...replacements]) {
    const path = root + replacement.file;
    changed.set(path, [...(changed.get(path) ?? []), replacement]);
  }
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const ours = url.startsWith('file:') ? changed.get(fileURLToPath(url)) : undefined;
      if (ours === undefined || loaded.source === undefined || loaded.source === null) return loaded;
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      return { ...loaded, source: ours.reduce(replaced, text) + exposed((ours[0] as Replacement).file) };
    },
  });
}

function replaced(text: string, { file, find, replace }: Replacement): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} has this ${parts.length - 1} times, and must have it once: ${find}`);
  return parts.join(replace);
}

/** `const` becomes `let`; {@link exposed} lets it be set. */
function adjustable({ file, name }: { readonly file: string; readonly name: string }): Replacement {
  return { file, find: `const ${name} = `, replace: `let ${name} = ` };
}

/** Code at the end of a file through which `setLimits` reaches its bounds. */
function exposed(file: string): string {
  return SMALL_LIMITS.filter((limit) => limit.file === file)
    .map(({ name }) => `\n(globalThis.waypostLimits ??= new Map()).set('${name}', (value) => { ${name} = value; });`)
    .join('');
}
