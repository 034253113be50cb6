/** A request and its response: beside or below each other, on a phone one at a time. */
import { useState } from 'react';
import { useLook } from '../boot/look.ts';
import { Choices } from '../design/choices.tsx';
import { Split } from '../design/split.tsx';
import type { EditorProps } from '../frame/element-tab.tsx';
import { useNarrow } from '../frame/narrow.ts';
import { ResponsePane } from '../response/response-pane.tsx';
import { useSendsOf } from '../sending/use-sends.ts';
import { RequestEditor } from './request-editor.tsx';

export default function RequestTab({ id }: EditorProps) {
  return useNarrow() ? <OneAtATime id={id} /> : <Both id={id} />;
}

function Both({ id }: EditorProps) {
  const isBeside = useLook(({ panes }) => panes === 'beside');
  return (
    <Split
      key={isBeside ? 'beside' : 'below'}
      id={isBeside ? 'response-beside' : 'response-below'}
      label={isBeside ? 'Width of the request' : 'Height of the request'}
      direction={isBeside ? 'row' : 'column'}
      sized="first"
      unit="%"
      initial={50}
      least={120}
      leastOther={80}
      first={
        <>
          <h2 className="sr-only">Request</h2>
          <RequestEditor id={id} />
        </>
      }
      second={
        <>
          <h2 className="sr-only">Response</h2>
          <ResponsePane id={id} />
        </>
      }
    />
  );
}

/** Sending shows the response; until then, and whenever one goes back, the request is there. */
function OneAtATime({ id }: EditorProps) {
  const { attempts } = useSendsOf(id);
  const latest = attempts[0]?.number ?? 0;
  const [opened] = useState(latest);
  const [choice, setChoice] = useState<{ readonly side: 'request' | 'response'; readonly after: number } | null>(null);
  const side = choice?.after === latest ? choice.side : latest > opened ? 'response' : 'request';
  return (
    <Choices
      label="Request and response"
      choices={[
        { key: 'request', label: 'Request' },
        { key: 'response', label: 'Response', isMarked: latest > 0 },
      ]}
      chosen={side}
      choose={(next) => setChoice({ side: next, after: latest })}
    >
      {side === 'request' ? <RequestEditor id={id} /> : <ResponsePane id={id} />}
    </Choices>
  );
}
