/** What the sync core is told about kinds of elements; it has never heard of a request. */
import { newElementData, schemas } from '@waypost/model';
import { printJson } from '@waypost/protocol';

export { schemas };

/** The folder for elements that lost their parent. */
export const recovered = {
  kind: 'folder',
  schema: schemas('folder').version,
  data: printJson(newElementData('folder', { name: 'Recovered' })),
};
