/** What can be typed in scripts: the sandbox's `pm` and what else it has, with what each is. */
import type { CodeWord } from '../design/code-editor.tsx';

const EVERYWHERE: readonly CodeWord[] = [
  { label: 'pm.environment.get', detail: 'value in the environment', snippet: "pm.environment.get('${name}')" },
  { label: 'pm.environment.set', detail: 'stays on this device', snippet: "pm.environment.set('${name}', ${value})" },
  { label: 'pm.environment.unset', detail: '', snippet: "pm.environment.unset('${name}')" },
  { label: 'pm.environment.has', detail: '', snippet: "pm.environment.has('${name}')" },
  { label: 'pm.environment.name', detail: 'name of the environment' },
  { label: 'pm.collectionVariables.get', detail: '', snippet: "pm.collectionVariables.get('${name}')" },
  { label: 'pm.collectionVariables.set', detail: '', snippet: "pm.collectionVariables.set('${name}', ${value})" },
  { label: 'pm.collectionVariables.unset', detail: '', snippet: "pm.collectionVariables.unset('${name}')" },
  { label: 'pm.globals.get', detail: '', snippet: "pm.globals.get('${name}')" },
  { label: 'pm.globals.set', detail: '', snippet: "pm.globals.set('${name}', ${value})" },
  { label: 'pm.globals.unset', detail: '', snippet: "pm.globals.unset('${name}')" },
  { label: 'pm.variables.get', detail: 'from the nearest scope', snippet: "pm.variables.get('${name}')" },
  { label: 'pm.variables.set', detail: 'until the request is done', snippet: "pm.variables.set('${name}', ${value})" },
  { label: 'pm.variables.replaceIn', detail: 'fills in {{names}}', snippet: "pm.variables.replaceIn('${text}')" },
  { label: 'pm.iterationData.get', detail: 'row of the data file', snippet: "pm.iterationData.get('${name}')" },
  { label: 'pm.request.url', detail: '' },
  { label: 'pm.request.method', detail: '' },
  { label: 'pm.request.headers', detail: '' },
  {
    label: 'pm.request.headers.add',
    detail: '',
    snippet: "pm.request.headers.add({ key: '${name}', value: '${value}' })",
  },
  {
    label: 'pm.request.headers.upsert',
    detail: '',
    snippet: "pm.request.headers.upsert({ key: '${name}', value: '${value}' })",
  },
  { label: 'pm.request.headers.remove', detail: '', snippet: "pm.request.headers.remove('${name}')" },
  { label: 'pm.request.body', detail: '' },
  { label: 'pm.request.auth', detail: '' },
  { label: 'pm.info.requestName', detail: '' },
  { label: 'pm.info.requestId', detail: '' },
  { label: 'pm.info.eventName', detail: '' },
  { label: 'pm.info.iteration', detail: '' },
  { label: 'pm.cookies.get', detail: '', snippet: "pm.cookies.get('${name}')" },
  { label: 'pm.cookies.has', detail: '', snippet: "pm.cookies.has('${name}')" },
  { label: 'pm.cookies.jar', detail: '', snippet: 'pm.cookies.jar()' },
  {
    label: 'pm.sendRequest',
    detail: 'sends another request',
    snippet: "pm.sendRequest('${url}', (error, response) => {\n\t${}\n});",
  },
  { label: 'pm.execution.skipRequest', detail: 'does not send it', snippet: 'pm.execution.skipRequest()' },
  { label: 'pm.execution.setNextRequest', detail: 'in a run', snippet: "pm.execution.setNextRequest('${name}')" },
  { label: 'pm.test', detail: 'a test', snippet: "pm.test('${says what holds}', () => {\n\t${}\n});" },
  { label: 'pm.test.skip', detail: '', snippet: "pm.test.skip('${name}', () => {\n\t${}\n});" },
  { label: 'pm.expect', detail: 'chai', snippet: 'pm.expect(${value}).to.${}' },
  { label: 'console.log', detail: 'to the console', snippet: 'console.log(${})' },
  { label: 'console.warn', detail: '', snippet: 'console.warn(${})' },
  { label: 'console.error', detail: '', snippet: 'console.error(${})' },
  { label: 'require', detail: 'lodash, moment, uuid, ajv, cheerio …', snippet: "require('${lodash}')" },
];

const AFTERWARDS: readonly CodeWord[] = [
  { label: 'pm.response.code', detail: 'status' },
  { label: 'pm.response.status', detail: 'its words' },
  { label: 'pm.response.json', detail: 'body as JSON', snippet: 'pm.response.json()' },
  { label: 'pm.response.text', detail: 'body as text', snippet: 'pm.response.text()' },
  { label: 'pm.response.headers.get', detail: '', snippet: "pm.response.headers.get('${name}')" },
  { label: 'pm.response.cookies', detail: '' },
  { label: 'pm.response.responseTime', detail: 'milliseconds' },
  { label: 'pm.response.responseSize', detail: 'bytes' },
  { label: 'pm.response.to.have.status', detail: '', snippet: 'pm.response.to.have.status(${200})' },
  { label: 'pm.response.to.have.header', detail: '', snippet: "pm.response.to.have.header('${name}')" },
  { label: 'pm.response.to.have.jsonBody', detail: '', snippet: "pm.response.to.have.jsonBody('${path}')" },
  { label: 'pm.response.to.have.jsonSchema', detail: '', snippet: 'pm.response.to.have.jsonSchema(${schema})' },
  { label: 'pm.response.to.be.ok', detail: '2xx' },
  { label: 'pm.response.to.be.error', detail: '4xx or 5xx' },
  { label: 'pm.visualizer.set', detail: '', snippet: "pm.visualizer.set('${template}', ${data})" },
];

export function wordsFor(moment: 'prerequest' | 'test'): readonly CodeWord[] {
  return moment === 'test' ? AFTER : EVERYWHERE;
}

const AFTER: readonly CodeWord[] = [...AFTERWARDS, ...EVERYWHERE];
