import { expect, it } from 'vitest';
import { filesDatabase } from '../desk/chosen-files.ts';
import { leftKey } from '../desk/left-behind.ts';
import { namesOfNobody } from './sweep.ts';

it('finds what was kept for accounts that are not here any more, and nothing else', () => {
  const databases = [
    'waypost-store-a',
    filesDatabase('waypost/a/w1'),
    filesDatabase('waypost/b/w1'),
    filesDatabase('waypost/b/w2'),
    'somebody/else/files',
  ];
  expect(namesOfNobody(databases, databases, filesDatabase('waypost/'))).toEqual([
    filesDatabase('waypost/b/w1'),
    filesDatabase('waypost/b/w2'),
  ]);
  const keys = [leftKey('waypost/a/w1'), leftKey('waypost/b/w1'), 'waypost.look'];
  expect(namesOfNobody(keys, databases, leftKey('waypost/'))).toEqual([leftKey('waypost/b/w1')]);
});
