import { readFileSync } from 'node:fs';

/** This package's version: in src/ and in dist/ alike, package.json stands one folder up. */
export const VERSION = readVersion(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

function readVersion(text: string): string {
  return /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? '0.0.0';
}
