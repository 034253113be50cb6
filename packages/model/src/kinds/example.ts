/** An example: a response that was kept, with the request that brought it. */
import type { KindSchema } from '@waypost/protocol';
import { labelText, requestContainers, requestRules, rows, text } from './rules.ts';

export const example: KindSchema = {
  kind: 'example',
  version: 1,
  rules: [...requestRules('originalRequest'), rows('header'), text('body'), text('description')],
  containers: requestContainers('originalRequest'),
  label: (data) => ({ name: labelText(data, 'name'), detail: labelText(data, 'code') }),
  children: [],
  top: false,
};
