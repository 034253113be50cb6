import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GROUPS, SHORTCUTS, TREE_SHORTCUTS } from './shortcuts.ts';

const PAGE = new URL('../../../../docs/user/keyboard.md', import.meta.url);

/** Keys as the page writes them: those of a PC, where a Mac has Command for Ctrl and Option for Alt. */
function written(keys: readonly string[]): string {
  const names: Readonly<Record<string, string>> = {
    $mod: 'Ctrl',
    ArrowUp: 'Up',
    ArrowDown: 'Down',
    ArrowLeft: 'Left',
    ArrowRight: 'Right',
  };
  return keys
    .map((combination) =>
      combination
        .split('+')
        .filter((key) => key !== '[Shift]')
        .map((key) => names[key] ?? key.replace(/^Key|^Digit/, ''))
        .join('+'),
    )
    .map((combination) => (combination.includes(' ') ? combination : `\`${combination}\``))
    .join(', ');
}

describe('shortcuts', () => {
  it('are those of the page about the keyboard', () => {
    const table = (lines: readonly { readonly label: string; readonly keys: readonly string[] }[]): string =>
      ['| | keys |', '|---|---|', ...lines.map(({ label, keys }) => `| ${label} | ${written(keys)} |`)].join('\n');
    const page = readFileSync(PAGE, 'utf8');
    for (const group of GROUPS)
      expect(page).toContain(`## ${group}\n\n${table(SHORTCUTS.filter((one) => one.group === group))}\n`);
    expect(page).toContain(`## In the collections\n\n${table(TREE_SHORTCUTS)}\n`);
  });

  it('each have keys of their own, and none that a browser keeps for itself', () => {
    const all = SHORTCUTS.flatMap(({ keys }) => [...keys]);
    expect(new Set(all).size).toBe(all.length);
    const kept = ['$mod+KeyN', '$mod+KeyT', '$mod+KeyW', '$mod+Shift+KeyN', '$mod+Shift+KeyT', '$mod+Shift+KeyW'];
    expect(all.filter((keys) => kept.includes(keys))).toEqual([]);
  });
});
