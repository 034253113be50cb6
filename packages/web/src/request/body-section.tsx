/** The body of a request, in whichever way it is given. */
import { textOf } from '@waypost/model';
import { type JsonNode, memberOf, nodeAt, stringOf } from '@waypost/protocol';
import { FileX2, TriangleAlert, WandSparkles } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../design/button.tsx';
import { CodeEditor } from '../design/code-editor.tsx';
import { Empty } from '../design/empty.tsx';
import { notify } from '../design/notice.tsx';
import { tellTexts } from '../design/pending-text.ts';
import { Select } from '../design/select.tsx';
import type { VariableLook } from '../design/variable-look.ts';
import { beautifyJson } from './beautify.ts';
import { BodyForm } from './body-form.tsx';
import {
  BODY_MODES,
  type BodyMode,
  bodyOf,
  bodyPath,
  choosingMode,
  isBodyLeftOut,
  languageOf,
  modeOf,
  RAW_LANGUAGES,
  rawTextOf,
} from './body-modes.ts';
import { ChosenFile } from './chosen-file.tsx';
import type { Editing } from './editing.ts';

export interface BodySectionProps {
  readonly editing: Editing;
  readonly variables: VariableLook;
}

export default function BodySection({ editing, variables }: BodySectionProps) {
  const { kind, edit } = editing;
  const body = bodyOf(editing);
  const mode = modeOf(body);
  const path = bodyPath(kind);
  const kept = useRef<JsonNode | null>(null);
  const language = languageOf(body);
  const choose = (next: BodyMode): void => {
    if (body !== undefined) kept.current = body;
    edit(choosingMode(kind, body, next, kept.current));
  };
  const beautify = (): void => {
    tellTexts();
    const text = beautifyJson(rawTextOf({ ...editing, content: editing.now() }));
    if (text === null)
      notify({ text: 'This is not JSON yet', detail: 'The editor marks where it breaks.', kind: 'problem' });
    else edit([{ op: 'text', path: `${path}.raw`, text }]);
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-2 px-3 py-1.5">
        <Select label="Body" value={mode} choose={choose} options={BODY_MODES} className="w-44" />
        {mode === 'raw' ? (
          <>
            <Select
              label="Language"
              value={language}
              choose={(next) => edit([{ op: 'text', path: `${path}.options.raw.language`, text: next }])}
              options={RAW_LANGUAGES}
            />
            <span className="flex-1" />
            {language === 'json' ? (
              <Button look="quiet" size="small" icon={WandSparkles} onClick={beautify}>
                Format
              </Button>
            ) : null}
          </>
        ) : null}
      </div>
      {kind === 'request' && mode !== 'none' && isBodyLeftOut(editing) ? (
        <p className="flex items-center gap-2 border-t border-line px-3 py-1 text-xs text-warning">
          <TriangleAlert aria-hidden size={13} className="shrink-0" />
          This method is sent without a body. Choose another one, or “Send a body with GET and HEAD” in the settings.
        </p>
      ) : null}
      <div className="flex min-h-0 flex-1 flex-col border-t border-line">
        <Mode editing={editing} variables={variables} mode={mode} path={path} />
      </div>
    </div>
  );
}

interface ModeProps extends BodySectionProps {
  readonly mode: BodyMode;
  readonly path: string;
}

function Mode({ editing, variables, mode, path }: ModeProps) {
  const { edit } = editing;
  const body = bodyOf(editing);
  switch (mode) {
    case 'none':
      return (
        <Empty icon={FileX2} title="No body">
          Most GET requests have none. Choose above how to give one.
        </Empty>
      );
    case 'raw':
      return (
        <CodeEditor
          label="Body"
          language={languageOf(body)}
          value={rawTextOf(editing)}
          change={(text) => edit([{ op: 'text', path: `${path}.raw`, text }])}
          variables={variables}
          placeholder="What is sent, with {{variables}} where they are needed"
        />
      );
    case 'formdata':
    case 'urlencoded':
      return <BodyForm key={mode} editing={editing} variables={variables} mode={mode} />;
    case 'graphql':
      return <GraphQl editing={editing} variables={variables} path={path} />;
    case 'file': {
      const src = textOf(nodeAt(body, ['file', 'src'])) ?? '';
      return (
        <div className="flex flex-col gap-3 p-3">
          <div className="flex">
            <ChosenFile
              id={editing.id}
              label="File of the body"
              names={src === '' ? [] : [src]}
              change={([name]) =>
                edit([
                  name === undefined
                    ? { op: 'unset', path: `${path}.file.src` }
                    : { op: 'text', path: `${path}.file.src`, text: name },
                ])
              }
            />
          </div>
          <p className="px-2 text-xs text-faint">
            The file is sent as it is. It stays on this device: other devices see its name, and ask to choose it there.
          </p>
        </div>
      );
    }
  }
}

function GraphQl({ editing, variables, path }: Omit<ModeProps, 'mode'>) {
  const graphql = memberOf(bodyOf(editing), 'graphql');
  const given = memberOf(graphql, 'variables');
  return (
    <div className="flex min-h-0 flex-1 max-md:flex-col">
      <section aria-label="Query" className="flex min-h-32 min-w-0 flex-[3] flex-col">
        <h3 className="px-3 py-1.5 text-xs font-medium text-muted">Query</h3>
        <CodeEditor
          label="GraphQL query"
          language="graphql"
          value={stringOf(memberOf(graphql, 'query')) ?? ''}
          change={(text) => editing.edit([{ op: 'text', path: `${path}.graphql.query`, text }])}
          variables={variables}
          placeholder="query { … }"
        />
      </section>
      <section
        aria-label="Variables"
        className="flex min-h-32 min-w-0 flex-[2] flex-col border-l border-line max-md:border-t max-md:border-l-0"
      >
        <h3 className="px-3 py-1.5 text-xs font-medium text-muted">Variables</h3>
        <CodeEditor
          label="GraphQL variables"
          language="json"
          value={textOf(given) ?? ''}
          change={(text) => editing.edit([{ op: 'text', path: `${path}.graphql.variables`, text }])}
          variables={variables}
          placeholder="As JSON"
        />
      </section>
    </div>
  );
}
