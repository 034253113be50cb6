/** The body: pretty, raw, as it would look, or its bytes; whichever of them there are. */
import { Copy, Search } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { CodeEditor, type CodeEditorHandle, type CodeLanguage } from '../design/code-editor.tsx';
import { copyText } from '../design/copy-text.ts';
import { notify } from '../design/notice.tsx';
import { Select } from '../design/select.tsx';
import { type Attempt, isOver } from '../sending/attempt.ts';
import { type BodyKind, type BodyType, bodyTypeOf, isText } from './body-kind.ts';
import { contentTypeOf } from './content-type.ts';
import { EventList } from './event-list.tsx';
import { HexView } from './hex-view.tsx';
import { LargeText } from './large-text.tsx';
import { canPreview, Preview } from './preview.tsx';
import { formatText, type MarkupLanguage } from './text-document.ts';

/** Larger ones are not put into an editor, but read a screen at a time. */
const EDITOR_BYTES_MAX = 1_000_000;
/** Larger ones are formatted when somebody asks for it. */
const FORMAT_BYTES_MAX = 10_000_000;

type View = 'pretty' | 'raw' | 'preview' | 'events' | 'hex';

const WORDS: Readonly<Record<View, string>> = {
  pretty: 'Pretty',
  raw: 'Raw',
  preview: 'Preview',
  events: 'Events',
  hex: 'Bytes',
};

export function BodyView({ attempt }: { readonly attempt: Attempt }) {
  const type = useBodyType(attempt);
  const views = viewsOf(type);
  const [chosen, setChosen] = useState<View | null>(null);
  const [isFinding, setFinding] = useState(false);
  const view = chosen !== null && views.includes(chosen) ? chosen : (views[0] ?? 'raw');
  const closeFind = useCallback(() => setFinding(false), [setFinding]);
  const isSearched = (view === 'pretty' || view === 'raw') && attempt.body.size > 0;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex h-9 shrink-0 items-center gap-1 px-2">
        <Select
          label="How the body is shown"
          isQuiet
          value={view}
          choose={setChosen}
          options={views.map((value) => ({ value, label: WORDS[value] }))}
        />
        <span className="min-w-0 flex-1 truncate px-1 text-xs text-faint">{type.mime}</span>
        {isSearched ? (
          <IconButton
            size="small"
            icon={Search}
            label="Find in the response"
            isPressed={isFinding}
            onClick={() => setFinding(!isFinding)}
          />
        ) : null}
        <IconButton
          size="small"
          icon={Copy}
          label="Copy the body"
          disabled={!isText(type) || attempt.body.size === 0}
          onClick={() => void copyBody(attempt, type)}
        />
      </div>
      <Content attempt={attempt} type={type} view={view} isFinding={isFinding} closeFind={closeFind} />
    </div>
  );
}

interface SmallTextProps extends Omit<ContentProps, 'view'> {
  readonly isPretty: boolean;
}

interface ContentProps {
  readonly attempt: Attempt;
  readonly type: BodyType;
  readonly view: View;
  readonly isFinding: boolean;
  readonly closeFind: () => void;
}

function Content({ attempt, type, view, isFinding, closeFind }: ContentProps) {
  const [isForced, setForced] = useState(false);
  if (attempt.body.isLetGo) {
    return (
      <p className="px-4 py-2 text-sm text-muted">
        The body was let go to make room for later responses. Send again to see it.
      </p>
    );
  }
  if (attempt.body.size === 0) {
    return (
      <p className="px-4 py-2 text-sm text-muted">{isOver(attempt) ? 'The response has no body.' : 'Nothing yet.'}</p>
    );
  }
  switch (view) {
    case 'events':
      return <EventList attempt={attempt} />;
    case 'preview':
      return isOver(attempt) ? <Preview attempt={attempt} type={type} /> : <Waiting />;
    case 'hex':
      return isOver(attempt) ? <HexView attempt={attempt} /> : <Waiting />;
    case 'raw':
    case 'pretty': {
      const language = markupOf(type);
      const isLarge = attempt.body.size > FORMAT_BYTES_MAX && view === 'pretty' && !isForced && language !== null;
      const shown = { attempt, charset: type.charset, isFinding, closeFind };
      return (
        <>
          {isLarge ? (
            <div className="flex shrink-0 flex-wrap items-center gap-2 border-y border-line bg-panel px-3 py-1 text-xs text-muted">
              This is large, so it is shown as it came.
              <Button size="small" onClick={() => setForced(true)}>
                Format it
              </Button>
            </div>
          ) : null}
          {attempt.body.size > EDITOR_BYTES_MAX || !isOver(attempt) ? (
            <LargeText {...shown} view={isLarge ? 'raw' : view} language={language} />
          ) : (
            <SmallText {...shown} type={type} isPretty={view === 'pretty'} />
          )}
        </>
      );
    }
  }
}

function SmallText({ attempt, type, isPretty, isFinding, closeFind }: SmallTextProps) {
  const handle = useRef<CodeEditorHandle>(null);
  const text = useMemo(() => {
    const raw = new TextDecoder(type.charset).decode(attempt.body.bytes());
    const language = markupOf(type);
    return isPretty && language !== null ? formatText(raw, language) : raw;
  }, [attempt.body, type, isPretty]);
  // The editor has a search of its own; it is closed there.
  useEffect(() => {
    if (!isFinding) return;
    handle.current?.openSearch();
    closeFind();
  }, [isFinding, closeFind]);
  return (
    <CodeEditor
      value={text}
      language={isPretty ? (LANGUAGES[type.kind] ?? 'text') : 'text'}
      label="Response body"
      wrapsLines
      handle={handle}
    />
  );
}

const LANGUAGES: Partial<Readonly<Record<BodyKind, CodeLanguage>>> = {
  json: 'json',
  xml: 'xml',
  html: 'html',
  css: 'css',
  javascript: 'javascript',
};

function Waiting() {
  return <p className="px-4 py-2 text-sm text-muted">It is shown when all of it is here.</p>;
}

function useBodyType(attempt: Attempt): BodyType {
  const contentType = contentTypeOf(attempt);
  const { body } = attempt;
  const known = Math.min(body.size, 512);
  // Another object for each of a thousand pieces would format the text a thousand times.
  // oxlint-disable-next-line react/exhaustive-deps
  return useMemo(() => bodyTypeOf(contentType, body.start()), [contentType, body, known]);
}

function viewsOf(type: BodyType): View[] {
  const preview: View[] = canPreview(type) ? ['preview'] : [];
  if (type.kind === 'events') return ['events', 'raw', 'hex'];
  if (!isText(type)) return type.mime === 'image/svg+xml' ? [...preview, 'raw', 'hex'] : [...preview, 'hex'];
  return markupOf(type) === null && type.kind === 'text' ? ['raw', 'hex'] : ['pretty', 'raw', ...preview, 'hex'];
}

function markupOf({ kind }: BodyType): MarkupLanguage | null {
  return kind === 'json' || kind === 'xml' || kind === 'html' ? kind : null;
}

async function copyBody(attempt: Attempt, type: BodyType): Promise<void> {
  if (await copyText(new TextDecoder(type.charset).decode(attempt.body.bytes())))
    notify({ text: 'The body is copied' });
}
