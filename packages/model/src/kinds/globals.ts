/** The values that every request of a workspace can use. */
import type { KindSchema } from '@waypost/protocol';
import { labelText, variables } from './rules.ts';

export const globals: KindSchema = {
  kind: 'globals',
  version: 1,
  rules: [variables('values')],
  containers: [],
  label: (data) => ({ name: labelText(data, 'name') || 'Globals', detail: '' }),
  children: [],
  top: true,
};
