/** What became of an import. */
import { CircleCheck, CircleX } from 'lucide-react';
import { Button } from '../design/button.tsx';
import { notify } from '../design/notice.tsx';
import { Page } from '../design/page.tsx';
import { messageOf, named } from '../design/words.ts';
import { useBench, useDesk } from '../desk/use-desk.ts';
import { showPanel } from '../frame/sidebar-panel.ts';
import { treeOf } from '../tree/tree-state.ts';
import { isInTree } from '../tree/rows.ts';
import { counted } from './counted.ts';
import { forget, type Importing, removeAgain } from './import-state.ts';
import type { Root } from './reading.ts';

const ROOTS_MAX = 30;

export function ImportResult({
  result,
}: {
  readonly result: Extract<Importing, { readonly stage: 'saved' | 'failed' }>;
}) {
  const { device } = useDesk();
  const { workspace, roots } = result;
  const isSaved = result.stage === 'saved';
  const unread = isSaved ? result.unread : 0;
  const remove = (): Promise<void> =>
    removeAgain(device, workspace, roots).catch((error: unknown) =>
      notify({ text: 'Not removed', detail: messageOf(error), kind: 'problem' }),
    );
  return (
    <Page title={isSaved ? 'Imported' : 'Not imported'}>
      <div className="flex items-start gap-2">
        {isSaved ? (
          <CircleCheck aria-hidden size={18} className="mt-0.5 shrink-0 text-success" />
        ) : (
          <CircleX aria-hidden size={18} className="mt-0.5 shrink-0 text-danger" />
        )}
        <div className="text-sm">
          {isSaved ? (
            <p>
              {roots.length === 1 ? 'It is' : `All ${roots.length} are`} saved on this device.
              {result.keptHere > 0
                ? ` ${counted(result.keptHere, 'value')} that looked like credentials stay on it as local values.`
                : ''}
            </p>
          ) : (
            <p role="alert">{result.message}</p>
          )}
          {unread > 0 ? (
            <p className="text-muted">{counted(unread, 'file')} could not be read and brought nothing.</p>
          ) : null}
          {!isSaved && roots.length > 0 ? (
            <p className="text-muted">A part of it was saved before. Remove that, and try again.</p>
          ) : null}
        </div>
      </div>
      <ul className="flex flex-col gap-1">
        {roots.slice(0, ROOTS_MAX).map((root) => (
          <ImportedRoot key={root.id} root={root} />
        ))}
        {roots.length > ROOTS_MAX ? <li className="text-sm text-muted">and {roots.length - ROOTS_MAX} more</li> : null}
      </ul>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" onClick={forget}>
          Import more
        </Button>
        {roots.length > 0 ? <Button onClick={() => void remove()}>Remove it again</Button> : null}
      </div>
    </Page>
  );
}

function ImportedRoot({ root: { id, kind, name } }: { readonly root: Root }) {
  const bench = useBench();
  const show = (): void => {
    if (isInTree(kind)) {
      showPanel('collections');
      const tree = treeOf(bench);
      tree.expand([id]);
      tree.select(id);
      tree.reveal(id);
    } else showPanel('environments');
    bench.tabs.openElement(id);
  };
  const isHere = bench.elements.summary(id) !== null;
  return (
    <li className="flex items-center gap-2 rounded-lg border border-line px-3 py-1.5 text-sm">
      <span className="min-w-0 flex-1 truncate font-medium">{named(name)}</span>
      <span className="text-xs text-faint">{kind.replace('-', ' ')}</span>
      {isHere ? (
        <Button size="small" onClick={show}>
          Open
        </Button>
      ) : null}
    </li>
  );
}
