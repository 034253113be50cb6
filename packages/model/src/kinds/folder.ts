/** A folder: the same inheritance of auth, scripts and variables as a collection, without being the root. */
import type { KindSchema } from '@waypost/protocol';
import { labelText, scripts, text, variables } from './rules.ts';

export const folder: KindSchema = {
  kind: 'folder',
  version: 1,
  rules: [variables('variable'), scripts('event'), text('description')],
  containers: ['protocolProfileBehavior'],
  label: (data) => ({ name: labelText(data, 'name'), detail: '' }),
  children: ['folder', 'request'],
  // What is restored after its parent is gone must be able to stand somewhere.
  top: true,
};
