/** A request as it was written; its examples are elements below it. */
import { type JsonNode, type KindSchema, memberOf, stringOf } from '@waypost/protocol';
import { labelText, requestContainers, requestRules, scripts, text, variables } from './rules.ts';

export const request: KindSchema = {
  kind: 'request',
  version: 1,
  rules: [...requestRules('request'), scripts('event'), variables('variable'), text('description')],
  containers: [...requestContainers('request'), 'protocolProfileBehavior'],
  label: (data) => ({ name: labelText(data, 'name'), detail: methodOf(memberOf(data, 'request')) }),
  children: ['example'],
  top: true,
};

/** The method a request is sent with: GET where it names none. */
export function methodOf(node: JsonNode | undefined): string {
  const method = stringOf(memberOf(node, 'method'));
  return method === undefined || method === '' ? 'GET' : method;
}
