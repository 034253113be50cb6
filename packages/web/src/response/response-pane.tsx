/** What came back, or how far it is. */
import { BookmarkPlus, Download, Ellipsis, Send, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { Choices } from '../design/choices.tsx';
import { Empty } from '../design/empty.tsx';
import { Keys } from '../design/keys.tsx';
import { Menu } from '../design/menu.tsx';
import { useBench } from '../desk/use-desk.ts';
import type { EditorProps } from '../frame/element-tab.tsx';
import { type Attempt, isOver } from '../sending/attempt.ts';
import { useSends, useSendsOf } from '../sending/use-sends.ts';
import { BodyView } from './body-view.tsx';
import { CookiesView } from './cookies-view.tsx';
import { FailureView } from './failure-view.tsx';
import { saveAsExample, saveToFile } from './keeping.ts';
import { PairsTable } from './pairs-table.tsx';
import { useWidth } from './use-width.ts';
import { durationText } from './quantities.ts';
import { Scrolled } from './scrolled.tsx';
import { SentView } from './sent-view.tsx';
import { StatusLine } from './status-line.tsx';
import { TestsView } from './tests-view.tsx';
import { TimelineView } from './timeline-view.tsx';

type Part = 'body' | 'headers' | 'cookies' | 'tests' | 'timeline' | 'request';

/** Narrower panes have what is said about the response in a row of its own. */
const WIDE = 700;

export function ResponsePane({ id }: EditorProps) {
  const sends = useSends();
  const { shown, attempts, isSending } = useSendsOf(id);
  const [part, setPart] = useState<Part>('body');
  const [pane, width] = useWidth();
  const isWide = width >= WIDE;
  if (shown === null) {
    return (
      <Empty icon={Send} title="Not sent yet">
        Send the request with <Keys combination="$mod+Enter" />, and its response appears here.
      </Empty>
    );
  }
  const about = (
    <>
      <StatusLine
        attempt={shown}
        attempts={attempts}
        show={(one) => sends.show(id, one)}
        forget={() => sends.forget(id)}
      />
      {isSending && !isOver(shown) ? (
        <Button size="small" icon={X} onClick={() => sends.cancel(id)}>
          Stop
        </Button>
      ) : (
        <Keeping id={id} attempt={shown} />
      )}
    </>
  );
  return (
    <section ref={pane} aria-label="Response" className="flex h-full min-h-0 flex-col">
      {shown.head === null || isWide ? null : (
        <div className="flex h-9 shrink-0 items-center justify-between gap-2 border-b border-line px-3">{about}</div>
      )}
      {isSending && shown.head === null ? <Progress attempt={shown} cancel={() => sends.cancel(id)} /> : null}
      {shown.head === null ? (
        <NoResponse attempt={shown} again={() => void sends.send(id)} />
      ) : (
        <Choices
          label="Parts of the response"
          chosen={part}
          choose={setPart}
          choices={choicesOf(shown)}
          aside={isWide ? about : null}
        >
          {shown.failure === null ? null : <FailureView attempt={shown} again={() => void sends.send(id)} />}
          <PartView attempt={shown} part={part} />
        </Choices>
      )}
    </section>
  );
}

function choicesOf({ head, end, tests, scriptErrors }: Attempt) {
  const failed = tests.filter(({ outcome }) => outcome === 'failed').length + scriptErrors.length;
  const cookies = end === null ? 0 : end.cookies.set.length + end.cookies.removed.length;
  const passed = tests.filter(({ outcome }) => outcome === 'passed').length;
  return [
    { key: 'body', label: 'Body' },
    { key: 'headers', label: 'Headers', count: head?.headers.length ?? 0 },
    { key: 'cookies', label: 'Cookies', count: cookies },
    { key: 'tests', label: tests.length === 0 ? 'Tests' : `Tests ${passed}/${tests.length}`, isMarked: failed > 0 },
    { key: 'timeline', label: 'Timeline' },
    { key: 'request', label: 'Request' },
  ] as const;
}

function PartView({ attempt, part }: { readonly attempt: Attempt; readonly part: Part }) {
  switch (part) {
    case 'body':
      return <BodyView key={attempt.number} attempt={attempt} />;
    case 'headers':
      return (
        <Scrolled label="Headers">
          <PairsTable label="Headers of the response" rows={attempt.head?.headers ?? []} />
        </Scrolled>
      );
    case 'cookies':
      return <CookiesView attempt={attempt} />;
    case 'tests':
      return <TestsView attempt={attempt} />;
    case 'timeline':
      return <TimelineView attempt={attempt} />;
    case 'request':
      return <SentView attempt={attempt} />;
  }
}

/** Nothing came, or nothing yet: the request as it was sent is what there is to look at. */
function NoResponse({ attempt, again }: { readonly attempt: Attempt; readonly again: () => void }) {
  if (!isOver(attempt)) return null;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <FailureView attempt={attempt} again={again} />
      {attempt.scriptErrors.length + attempt.tests.length > 0 ? (
        <div className="flex max-h-1/2 min-h-0 flex-col">
          <TestsView attempt={attempt} />
        </div>
      ) : null}
      <SentView attempt={attempt} />
    </div>
  );
}

/** Shown after a moment, so that nothing flickers for what is quick. */
const PROGRESS_AFTER_MS = 150;

function Progress({ attempt, cancel }: { readonly attempt: Attempt; readonly cancel: () => void }) {
  const [elapsed, setElapsed] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setElapsed(Date.now() - attempt.startedAt), 100);
    return () => clearInterval(timer);
  }, [attempt.startedAt]);
  if (elapsed < PROGRESS_AFTER_MS) return null;
  return (
    <output className="flex h-9 shrink-0 items-center gap-3 border-b border-line bg-panel px-3 text-xs">
      <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent" />
      <span className="min-w-0 flex-1 truncate">{stageText(attempt)}</span>
      <span className="text-muted tabular-nums" aria-hidden>
        {durationText(elapsed)}
      </span>
      <Button size="small" icon={X} onClick={cancel}>
        Cancel
      </Button>
    </output>
  );
}

function stageText({ stage }: Attempt): string {
  switch (stage.kind) {
    case 'scripts':
      return `Running the script ${stage.when === 'prerequest' ? 'before' : 'after'} the request${stage.from === '' ? '' : ` in ${stage.from}`}`;
    case 'sending':
      return 'Waiting for the response';
    case 'receiving':
      return 'Receiving the response';
    case 'over':
      return '';
  }
}

function Keeping({ id, attempt }: { readonly id: EditorProps['id']; readonly attempt: Attempt }) {
  const bench = useBench();
  return (
    <Menu
      label="Keep the response"
      align="end"
      trigger={<IconButton size="small" icon={Ellipsis} label="Keep the response" />}
      entries={[
        { label: 'Save as an example', icon: BookmarkPlus, act: () => void saveAsExample(bench, id, attempt) },
        { label: 'Save the body to a file', icon: Download, act: () => saveToFile(attempt) },
      ]}
    />
  );
}
