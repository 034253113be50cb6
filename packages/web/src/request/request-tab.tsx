/** A request and its response, beside or below each other. */
import { readPath } from '@waypost/model';
import { stringOf } from '@waypost/protocol';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { useLook } from '../boot/look.ts';
import { Button } from '../design/button.tsx';
import { useBench, useDraft } from '../desk/use-desk.ts';
import { saveTab } from '../frame/actions.ts';
import type { EditorProps } from '../frame/element-tab.tsx';
import { useNarrow } from '../frame/narrow.ts';
import { ResponsePane } from '../response/response-pane.tsx';
import { SendButton } from '../sending/send-button.tsx';

export function RequestTab({ id }: EditorProps) {
  const isBeside = useLook(({ panes }) => panes === 'beside');
  const isNarrow = useNarrow();
  const orientation = isBeside && !isNarrow ? 'horizontal' : 'vertical';
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({
    id: `waypost.request.${orientation}`,
    storage: localStorage,
  });
  return (
    <Group
      key={orientation}
      orientation={orientation}
      className="min-h-0 flex-1"
      {...(defaultLayout === undefined ? {} : { defaultLayout })}
      onLayoutChanged={onLayoutChanged}
    >
      <Panel id="request" minSize="120px">
        <RequestEditor id={id} />
      </Panel>
      <Separator
        className={`${orientation === 'horizontal' ? 'w-px' : 'h-px'} bg-line outline-none hover:bg-accent focus-visible:bg-accent data-[separator=active]:bg-accent`}
      />
      <Panel id="response" minSize="80px">
        <ResponsePane id={id} />
      </Panel>
    </Group>
  );
}

function RequestEditor({ id }: EditorProps) {
  const bench = useBench();
  const draft = useDraft(id);
  if (draft === null) return null;
  const url = stringOf(readPath(draft.kind, draft.content, 'request.url.raw')) ?? '';
  return (
    <div className="flex gap-2 p-3">
      <input
        aria-label="URL"
        className="h-8 flex-1 rounded-md border border-line px-2 font-mono text-xs"
        value={url}
        onChange={({ target }) => {
          bench.tabs.keep(id);
          bench.drafts.edit(id, [{ op: 'text', path: 'request.url.raw', text: target.value }]);
        }}
      />
      <SendButton id={id} />
      <Button disabled={!draft.isDirty} onClick={() => void saveTab(bench, id)}>
        Save
      </Button>
    </div>
  );
}
