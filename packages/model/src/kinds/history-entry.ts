/** A request as it was sent: as written, without resolved values, response body or cookies. Private to the account. */
import { type KindSchema, memberOf } from '@waypost/protocol';
import { textOf } from '../json-edit.ts';
import { methodOf } from './request.ts';
import { labelText, requestContainers, requestRules } from './rules.ts';

export const historyEntry: KindSchema = {
  kind: 'history-entry',
  version: 1,
  rules: requestRules('request'),
  containers: requestContainers('request'),
  label: (data) => {
    const sent = memberOf(data, 'request');
    const url = memberOf(sent, 'url');
    const address = textOf(url?.kind === 'object' ? memberOf(url, 'raw') : url) ?? '';
    return { name: labelText(data, 'name') || address, detail: methodOf(sent) };
  },
  children: [],
  top: true,
};
