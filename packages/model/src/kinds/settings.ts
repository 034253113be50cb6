/** A person's settings, the same on all their devices. Private to the account; each setting is a group of its own. */
import type { KindSchema } from '@waypost/protocol';
import { labelText } from './rules.ts';

export const settings: KindSchema = {
  kind: 'settings',
  version: 1,
  rules: [],
  containers: [],
  label: (data) => ({ name: labelText(data, 'name') || 'Settings', detail: '' }),
  children: [],
  top: true,
};
