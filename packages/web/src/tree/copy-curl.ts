/** Copying a request as a command line for curl. */
import { effectiveAuth } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { notify } from '../design/notice.tsx';
import type { Bench } from '../desk/bench.ts';
import { contentOf } from '../desk/draft.ts';
import { curlOf } from './curl.ts';

export async function copyAsCurl(bench: Bench, id: ElementId): Promise<void> {
  const view = await bench.elements.read(id);
  if (view === null) return;
  const { data } = bench.drafts.contentOf(id) ?? contentOf(view);
  const levels = [{ kind: view.kind, data }];
  for (const above of bench.elements.ancestors(id)) {
    const read = await bench.elements.read(above.id);
    if (read !== null) levels.push({ kind: read.kind, data: contentOf(read).data });
  }
  const line = curlOf(data, { auth: effectiveAuth(levels), resolve: (text) => text });
  try {
    await navigator.clipboard.writeText(line);
    notify({
      text: 'Copied as cURL',
      detail: 'Variables stand in it as written.',
    });
  } catch {
    notify({
      text: 'Not copied',
      detail: 'This browser does not let the page write to the clipboard.',
      kind: 'problem',
    });
  }
}
