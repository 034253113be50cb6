/** What came out of running a collection: counts and failures, no bodies. */
import type { KindSchema } from '@waypost/protocol';
import { labelText } from './rules.ts';

export const runSummary: KindSchema = {
  kind: 'run-summary',
  version: 1,
  rules: [],
  containers: ['counts'],
  label: (data) => ({ name: labelText(data, 'name'), detail: labelText(data, 'status') }),
  children: [],
  top: true,
};
