import { expect, it } from 'vitest';
import { beautifyJson } from './beautify.ts';

it('breaks JSON into lines without touching a literal or a variable', () => {
  expect(
    beautifyJson('{"id":{{id}},"n":1.0,"big":12345678901234567890,"t":"{{a}} \\u00e9","l":[],"o":{"x":[1,{{b}}]}}'),
  ).toBe(
    [
      '{',
      '  "id": {{id}},',
      '  "n": 1.0,',
      '  "big": 12345678901234567890,',
      '  "t": "{{a}} \\u00e9",',
      '  "l": [],',
      '  "o": {',
      '    "x": [',
      '      1,',
      '      {{b}}',
      '    ]',
      '  }',
      '}',
    ].join('\n'),
  );
  expect(beautifyJson('{"a":}')).toBeNull();
});
