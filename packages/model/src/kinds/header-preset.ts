/** A set of headers a person adds to requests by its name. Private to the account. */
import type { KindSchema } from '@waypost/protocol';
import { labelText, rows } from './rules.ts';

export const headerPreset: KindSchema = {
  kind: 'header-preset',
  version: 1,
  rules: [rows('headers')],
  containers: [],
  label: (data) => ({ name: labelText(data, 'name'), detail: '' }),
  children: [],
  top: true,
};
