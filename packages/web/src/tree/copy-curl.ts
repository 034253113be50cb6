/** Copying a request as a command line for curl. */
import { effectiveAuth } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { copyText } from '../design/copy-text.ts';
import { notify } from '../design/notice.tsx';
import type { Bench } from '../desk/bench.ts';
import { contentOf } from '../desk/draft.ts';
import { curlOf } from './curl.ts';
import { resolverFor } from './resolver.ts';

export async function copyAsCurl(bench: Bench, id: ElementId, variables: 'written' | 'resolved'): Promise<void> {
  const view = await bench.elements.read(id);
  if (view === null) return;
  const { data } = bench.drafts.contentOf(id) ?? contentOf(view);
  const levels = [{ kind: view.kind, data }];
  for (const above of bench.elements.ancestors(id)) {
    const read = await bench.elements.read(above.id);
    if (read !== null) levels.push({ kind: read.kind, data: contentOf(read).data });
  }
  const resolve = variables === 'written' ? (text: string): string => text : await resolverFor(bench, id);
  const line = curlOf(data, { auth: effectiveAuth(levels), resolve });
  if (!(await copyText(line))) return;
  notify({
    text: 'Copied as cURL',
    detail:
      variables === 'written'
        ? 'Variables stand in it as written.'
        : 'With the values in force on this device, secrets too.',
  });
}
