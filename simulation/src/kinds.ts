/**
 * The kinds people work with here: those of the product, one of our own that has every way of judging in few members,
 * and one that only a newer client knows.
 */
import { schemas as modelSchemas } from '@waypost/model';
import { type KindSchema, memberOf, type Schemas, stringOf } from '@waypost/protocol';

/** Text, rows, settings, a colour and a name: small, so that many fit in a run. */
const note: KindSchema = {
  kind: 'note',
  version: 1,
  rules: [
    { rule: 'value', path: 'text', way: 'text' },
    { rule: 'value', path: 'colour', way: 'latest' },
    { rule: 'rows', path: 'rows', key: 'key', unique: false, text: 'text', derive: null },
    { rule: 'rows', path: 'vars', key: 'key', unique: true, text: null, derive: null },
  ],
  containers: ['settings'],
  label: (data) => ({ name: stringOf(memberOf(data, 'name')) ?? '', detail: '' }),
  children: ['note'],
  top: true,
};

export const schemas: Schemas = (kind) => (kind === 'note' ? note : modelSchemas(kind));

/** Unknown to everyone here, as a kind of the next version would be. */
export const FUTURE_KIND = 'hologram';
export const FUTURE_MEMBER = 'x-future';
