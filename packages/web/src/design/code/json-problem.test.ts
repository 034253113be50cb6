import { describe, expect, it } from 'vitest';
import { jsonProblem } from './json-problem.ts';

describe('JSON that is typed into a body', () => {
  it('may hold variables, in texts and as values', () => {
    expect(jsonProblem('{"id": {{id}}, "name": "{{first}} {{last}}", "tags": [{{a}}, {{b}}]}')).toBeNull();
    expect(jsonProblem('{{wholeBody}}')).toBeNull();
    expect(jsonProblem('')).toBeNull();
  });

  it('is marked where it breaks', () => {
    expect(jsonProblem('{"id": {{id}},}')).toEqual({ message: 'Unexpected "}".', position: 14 });
    expect(jsonProblem('{"id": 1')).toEqual({ message: 'The text ends too early.', position: 8 });
  });
});
