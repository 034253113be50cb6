import { describe, expect, it } from 'vitest';
import { CommandError } from '../failure.ts';
import { readDecision } from './conflicts.ts';

describe('a decision', () => {
  it('is one of four', () => {
    expect(readDecision({ overwrite: true })).toEqual({ kind: 'mine' });
    expect(readDecision({ theirs: true })).toEqual({ kind: 'theirs' });
    expect(readDecision({ saveAsNew: true })).toEqual({ kind: 'new' });
    expect(readDecision({ field: ['name=mine', 'request.header[a=b]=theirs'] })).toEqual({
      kind: 'fields',
      choices: [
        { path: 'name', side: 'mine' },
        { path: 'request.header[a=b]', side: 'theirs' },
      ],
    });
  });

  it('is neither none nor two, and takes sides there are', () => {
    for (const options of [{}, { overwrite: true, theirs: true }, { field: ['name=both'] }, { field: ['mine'] }]) {
      expect(() => readDecision(options)).toThrow(CommandError);
    }
  });
});
