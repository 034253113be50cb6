import { describe, expect, it } from 'vitest';
import { isTest, listFiles, readText, walk } from './sources.ts';

const specifications = listFiles().filter((path) => /^packages\/[^/]+\/SPEC\.md$/.test(path));
const tests = listFiles().filter(isTest);

const written = new Set(specifications.flatMap(rulesWritten));
const shown = new Map(tests.flatMap((path) => rulesNamed(path).map((rule) => [rule, path] as const)));

describe('the numbered rules of SPEC.md', () => {
  it('are each named by the title of a test', () => {
    expect([...written].filter((rule) => !shown.has(rule))).toEqual([]);
  });

  it('include every rule that a test names', () => {
    const unknown = [...shown].filter(([rule]) => !written.has(rule)).map(([rule, path]) => `${rule} in ${path}`);
    expect(unknown).toEqual([]);
  });

  it('are each written once', () => {
    const all = specifications.flatMap(rulesWritten);
    expect(all.filter((rule, index) => all.indexOf(rule) !== index)).toEqual([]);
  });
});

/** A rule starts a line, or an item of a list, with its number in bold: `**MG3** …`. */
function rulesWritten(path: string): readonly string[] {
  return [...readText(path).matchAll(/^\s*(?:[-*] )?\*\*([A-Z]{2,4}\d+)\b[^*]*\*\*/gm)].map((match) => match[1] ?? '');
}

/** Rules in brackets in the titles of a file: `it('… [MG3]')`, `describe('… [MG3, MG4]')`. */
function rulesNamed(path: string): readonly string[] {
  return titlesOf(path).flatMap((title) =>
    [...title.matchAll(/\[([A-Z]{2,4}\d+(?:[, ]+[A-Z]{2,4}\d+)*)\]/g)].flatMap(
      (match) => match[1]?.split(/[, ]+/) ?? [],
    ),
  );
}

/** The first argument of every `it(…)`, `test(…)`, `describe(…)` and of what they are chained with, as `it.each(…)(…)`. */
function titlesOf(path: string): readonly string[] {
  const titles: string[] = [];
  for (const { node } of walk(path)) {
    if (node.type !== 'CallExpression' || !isTestFunction(node['callee'])) continue;
    const [title] = Array.isArray(node['arguments']) ? (node['arguments'] as readonly unknown[]) : [];
    titles.push(...textsIn(title));
  }
  return titles;
}

function isTestFunction(callee: unknown): boolean {
  if (typeof callee !== 'object' || callee === null) return false;
  if ('name' in callee) return callee.name === 'it' || callee.name === 'test' || callee.name === 'describe';
  if ('object' in callee) return isTestFunction(callee.object);
  if ('callee' in callee) return isTestFunction(callee.callee);
  return 'tag' in callee && isTestFunction(callee.tag);
}

/** A title is a string, or a template or a sum of strings with parts known only when it runs. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('value' in value && typeof value.value === 'string') return [value.value];
  if ('left' in value && 'right' in value) return [...textsIn(value.left), ...textsIn(value.right)];
  if ('quasis' in value && Array.isArray(value.quasis)) return (value.quasis as readonly unknown[]).flatMap(cookedText);
  return [];
}

function cookedText(quasi: unknown): readonly string[] {
  if (typeof quasi !== 'object' || quasi === null || !('value' in quasi)) return [];
  const { value } = quasi;
  if (typeof value !== 'object' || value === null || !('cooked' in value)) return [];
  return typeof value.cooked === 'string' ? [value.cooked] : [];
}
