/** An example: what came back, or what is to come back, and the request it belongs to. */
import { readPath } from '@waypost/model';
import { stringOf } from '@waypost/protocol';
import { useState } from 'react';
import { type Choice, Choices } from '../design/choices.tsx';
import { CodeEditor, type CodeLanguage } from '../design/code-editor.tsx';
import { INPUT } from '../design/field.tsx';
import { VariableInput } from '../design/variable-input.tsx';
import { useBench } from '../desk/use-desk.ts';
import { useVariableLook } from '../desk/use-variables.ts';
import { saveTab } from '../frame/actions.ts';
import type { EditorProps } from '../frame/element-tab.tsx';
import { STATUS_WORDS } from '../response/status-words.ts';
import BodySection from './body-section.tsx';
import { bodyOf, modeOf } from './body-modes.ts';
import { useEditing } from './editing.ts';
import { HeadersSection } from './headers-section.tsx';
import { MethodField } from './method-field.tsx';
import { ParamsSection } from './params-section.tsx';
import { countOn } from './rows.ts';
import { SaveButton } from './save-button.tsx';

type Part = 'body' | 'headers' | 'params' | 'request-headers' | 'request-body';

export default function ExampleTab({ id }: EditorProps) {
  const bench = useBench();
  const editing = useEditing(id);
  const variables = useVariableLook(editing?.draft.parent ?? null);
  const [part, setPart] = useState<Part>('body');
  if (editing === null) return null;
  const { kind, content, draft, edit } = editing;
  const textAt = (path: string): string => stringOf(readPath(kind, content, path)) ?? '';
  const code = readPath(kind, content, 'code');
  const choices: readonly Choice<Part>[] = [
    { key: 'body', label: 'Response body', isMarked: textAt('body') !== '' },
    { key: 'headers', label: 'Response headers', count: countOn(content, 'header') },
    { key: 'params', label: 'Request params', count: countOn(content, 'originalRequest.url.query') },
    { key: 'request-headers', label: 'Request headers', count: countOn(content, 'originalRequest.header') },
    { key: 'request-body', label: 'Request body', isMarked: modeOf(bodyOf(editing)) !== 'none' },
  ];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 p-3 pb-2">
        <input
          aria-label="Name of the example"
          className={`${INPUT} w-auto! min-w-40 flex-1 font-medium`}
          value={textAt('name')}
          placeholder="Name"
          onChange={({ target }) => edit([{ op: 'text', path: 'name', text: target.value }])}
        />
        <input
          aria-label="Status code"
          type="number"
          min={100}
          max={599}
          className={`${INPUT} w-20! font-mono text-xs`}
          value={code?.kind === 'scalar' && code.source !== 'null' ? code.source : ''}
          onChange={({ target }) => {
            const next = target.value;
            edit([
              { op: 'json', path: 'code', json: next === '' ? 'null' : String(Number(next)) },
              { op: 'text', path: 'status', text: STATUS_WORDS[Number(next)] ?? '' },
            ]);
          }}
        />
        <span className="max-w-40 truncate text-xs text-muted">{textAt('status')}</span>
        <SaveButton draft={draft} save={() => void saveTab(bench, id)} />
      </div>
      <div className="flex gap-2 px-3 pb-2">
        <MethodField
          method={textAt('originalRequest.method') || 'GET'}
          change={(text) => edit([{ op: 'text', path: 'originalRequest.method', text }])}
        />
        <VariableInput
          label="URL of the request"
          value={textAt('originalRequest.url.raw')}
          change={(text) => edit([{ op: 'text', path: 'originalRequest.url.raw', text }])}
          variables={variables}
        />
      </div>
      <Choices label="Parts of the example" choices={choices} chosen={part} choose={setPart}>
        {part === 'body' ? (
          <CodeEditor
            label="Response body"
            language={languageOfPreview(textAt('_postman_previewlanguage'), textAt('body'))}
            value={textAt('body')}
            change={(text) => edit([{ op: 'text', path: 'body', text }])}
            placeholder="What comes back"
          />
        ) : part === 'headers' ? (
          <HeadersSection editing={editing} variables={null} path="header" title="Headers of the response" />
        ) : part === 'params' ? (
          <ParamsSection editing={editing} variables={variables} />
        ) : part === 'request-headers' ? (
          <HeadersSection editing={editing} variables={variables} path="originalRequest.header" />
        ) : (
          <BodySection editing={editing} variables={variables} />
        )}
      </Choices>
    </div>
  );
}

function languageOfPreview(preview: string, body: string): CodeLanguage {
  if (preview === 'json' || preview === 'xml' || preview === 'html' || preview === 'javascript') return preview;
  return /^\s*[[{]/.test(body) ? 'json' : 'text';
}
