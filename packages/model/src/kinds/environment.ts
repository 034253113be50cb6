/** An environment: named values that replace `{{names}}` when a request is sent. */
import type { KindSchema } from '@waypost/protocol';
import { labelText, variables } from './rules.ts';

export const environment: KindSchema = {
  kind: 'environment',
  version: 1,
  rules: [variables('values')],
  containers: [],
  label: (data) => ({ name: labelText(data, 'name'), detail: '' }),
  children: [],
  top: true,
};
