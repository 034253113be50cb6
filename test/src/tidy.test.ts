import { describe, expect, it } from 'vitest';
import { isTest, isTypeScript, listFiles, readText, walk } from './sources.ts';

const files = listFiles();
const text = files.filter((path) => /\.(tsx?|m?js|json|md|css|html|sh|ya?ml|sql)$|^\.ci\//.test(path));
const code = files.filter((path) => /\.(tsx?|m?js|css|sql)$/.test(path));

/** Past this a file holds a second idea. */
const LINES_MAX = 900;

describe('the tree', () => {
  it('has no folder or file named for nothing in particular', () => {
    const vague = /(^|\/)(utils?|helpers?|common|shared|misc|types)(\/|\.[^/]*$)/;
    expect(code.filter((path) => vague.test(path))).toEqual([]);
  });

  it('has no file with more than one idea', () => {
    expect(files.filter(isTypeScript).filter((path) => readText(path).split('\n').length > LINES_MAX)).toEqual([]);
  });

  // The patterns are written so that this file does not match itself.
  it('leaves nothing for later', () => {
    expect(linesMatching(code, /\b(TO[D]O|FIX[M]E|XX[X])\b/)).toEqual([]);
  });

  it('has no escape from the type checker', () => {
    const sources = files.filter(isTypeScript);
    const untyped = sources.filter((path) => [...walk(path)].some(({ node }) => node.type === 'TSAnyKeyword'));
    expect(untyped).toEqual([]);
    expect(linesMatching(sources, /@ts-[i]gnore|@ts-[n]ocheck/)).toEqual([]);
  });

  // A call has room for some hundred thousand arguments, and a workspace may have more elements.
  it('does not push a list as arguments', () => {
    const product = files.filter((path) => isTypeScript(path) && path.startsWith('packages/') && !isTest(path));
    expect(linesMatching(product, /\.(push|unshift)\(\.\.\./)).toEqual([]);
  });

  it('skips no test and runs none alone', () => {
    expect(linesMatching(files.filter(isTest), /\b(it|test|describe)\.(skip|only|todo)\b/)).toEqual([]);
  });

  it('names no path of one machine', () => {
    expect(linesMatching(text, /(?<![\w.])\/(root|work|home\/[a-z]+|Users\/[A-Za-z]+)\/[\w.]/)).toEqual([]);
  });

  it('names no registry in the lock', () => {
    const { packages } = JSON.parse(readText('package-lock.json')) as {
      packages: Readonly<Record<string, { readonly resolved?: string }>>;
    };
    const resolved = Object.values(packages).flatMap((entry) => entry.resolved ?? []);
    expect(resolved.filter((address) => address.includes(':'))).toEqual([]);
  });
});

function linesMatching(paths: readonly string[], pattern: RegExp): readonly string[] {
  return paths.flatMap((path) =>
    readText(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  );
}
