import { readFileSync } from 'node:fs';

/** Of this package. The file lies one folder above, both from the sources and as built. */
export const VERSION: string = versionOf(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

function versionOf(text: string): string {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') {
    return parsed.version;
  }
  throw new Error('package.json names no version');
}
