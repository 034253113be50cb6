/** A request and its response, beside or below each other. */
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { useLook } from '../boot/look.ts';
import type { EditorProps } from '../frame/element-tab.tsx';
import { useNarrow } from '../frame/narrow.ts';
import { ResponsePane } from '../response/response-pane.tsx';
import { RequestEditor } from './request-editor.tsx';

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
        <h2 className="sr-only">Request</h2>
        <RequestEditor id={id} />
      </Panel>
      <Separator
        className={`${orientation === 'horizontal' ? 'w-px' : 'h-px'} bg-line outline-none hover:bg-accent focus-visible:bg-accent data-[separator=active]:bg-accent`}
      />
      <Panel id="response" minSize="80px">
        <h2 className="sr-only">Response</h2>
        <ResponsePane id={id} />
      </Panel>
    </Group>
  );
}
