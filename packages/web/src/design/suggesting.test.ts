import { describe, expect, it } from 'vitest';
import { piecesOf, suggestionsAt } from './suggesting.ts';
import type { VariableLook } from './variable-look.ts';

const variables: VariableLook = {
  names: () => [
    { name: 'host', value: 'api.test', from: 'Staging' },
    { name: 'ghost', value: '', from: 'globals' },
    { name: 'token', value: 'x', from: 'Staging' },
  ],
  find: () => ({ state: 'known', value: '', about: '' }),
};

describe('completion in one line', () => {
  it('offers variables behind two open braces, those that begin with what was typed first', () => {
    const text = 'https://{{ho/users';
    const offered = suggestionsAt({ text, caret: 12, variables, words: [] });
    expect(offered.map(({ label }) => label)).toEqual(['host', 'ghost']);
    const [first] = offered;
    expect(first === undefined ? '' : text.slice(0, first.from) + first.insert + text.slice(first.to)).toBe(
      'https://{{host}}/users',
    );
  });

  it('takes braces that are there already into what it replaces', () => {
    const text = '{{to}}';
    const [first] = suggestionsAt({ text, caret: 4, variables, words: [] });
    expect(first).toMatchObject({ from: 2, to: 6, insert: 'token}}' });
  });

  it('offers nothing for a variable that is closed, and words only for a whole text', () => {
    const words = ['Accept', 'Accept-Language'];
    expect(suggestionsAt({ text: '{{host}}', caret: 8, variables, words: [] })).toEqual([]);
    expect(suggestionsAt({ text: 'acc', caret: 3, variables, words }).map(({ insert }) => insert)).toEqual(words);
    expect(suggestionsAt({ text: 'acc', caret: 1, variables, words })).toEqual([]);
    expect(suggestionsAt({ text: '', caret: 0, variables, words })).toEqual([]);
  });

  it('takes a text apart into variables and what is between them', () => {
    expect(piecesOf('a{{b}}c{{ d }}')).toEqual([
      { text: 'a', name: null },
      { text: '{{b}}', name: 'b' },
      { text: 'c', name: null },
      { text: '{{ d }}', name: 'd' },
    ]);
  });
});
