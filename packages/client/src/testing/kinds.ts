/** A kind with one group of every way, for tests of the engine, which has never heard of a request. */
import { type KindSchema, memberOf, type Schemas, stringOf, unknownKind } from '@waypost/protocol';

const note: KindSchema = {
  kind: 'note',
  version: 1,
  rules: [
    { rule: 'value', path: 'text', way: 'text' },
    { rule: 'value', path: 'colour', way: 'latest' },
    { rule: 'rows', path: 'rows', key: 'key', unique: false, text: null, derive: null },
    { rule: 'rows', path: 'scripts', key: 'listen', unique: true, text: 'code', derive: null },
  ],
  containers: ['settings'],
  label: (data) => ({ name: stringOf(memberOf(data, 'name')) ?? '', detail: stringOf(memberOf(data, 'colour')) ?? '' }),
  children: ['note'],
  top: true,
};

export const schemas: Schemas = (kind) => (kind === 'note' ? note : unknownKind(kind));
