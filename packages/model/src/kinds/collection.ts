/** A collection: the root of a tree of folders and requests. */
import { type KindSchema, memberOf } from '@waypost/protocol';
import { textOf } from '../json-edit.ts';
import { labelText, scripts, text, variables } from './rules.ts';

export const collection: KindSchema = {
  kind: 'collection',
  version: 1,
  rules: [variables('variable'), scripts('event'), text('info.description'), text('description')],
  containers: ['info', 'protocolProfileBehavior'],
  label: (data) => ({ name: textOf(memberOf(memberOf(data, 'info'), 'name')) ?? labelText(data, 'name'), detail: '' }),
  children: ['folder', 'request'],
  top: true,
};
