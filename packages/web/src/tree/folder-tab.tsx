/** A collection or a folder: what is in it, and what it gives to all requests in it. */
import { authOf, itemsOf, readPath } from '@waypost/model';
import { memberOf, stringOf } from '@waypost/protocol';
import { useState } from 'react';
import { type Choice, Choices } from '../design/choices.tsx';
import { INPUT } from '../design/field.tsx';
import { useBench } from '../desk/use-desk.ts';
import { useVariableLook } from '../desk/use-variables.ts';
import { VariablesSection } from '../environment/variables-section.tsx';
import { saveTab } from '../frame/actions.ts';
import type { EditorProps } from '../frame/element-tab.tsx';
import { descriptionOf } from '../request/description-text.ts';
import { useEditing } from '../request/editing.ts';
import { SaveButton } from '../request/save-button.tsx';
import { hasScripts } from '../request/script-text.ts';
import { FolderContents } from './folder-contents.tsx';
import { later } from '../design/later.ts';

const AuthSection = later(() => import('../request/auth-section.tsx'));
const ScriptsSection = later(() => import('../request/scripts-section.tsx'));
const DescriptionSection = later(() => import('../request/description-section.tsx'));

type Part = 'contents' | 'description' | 'auth' | 'variables' | 'scripts';

/** Which part was looked at last, of any folder. */
let lastPart: Part = 'contents';

export default function FolderTab({ id }: EditorProps) {
  const bench = useBench();
  const editing = useEditing(id);
  const [part, setPart] = useState<Part>(lastPart);
  const variables = useVariableLook(editing?.draft.parent ?? null);
  if (editing === null) return null;
  const { kind, content, draft, edit } = editing;
  const descriptionPath = kind === 'collection' ? 'info.description' : 'description';
  const authType = stringOf(memberOf(authOf(kind, content.data), 'type')) ?? '';
  const choices: readonly Choice<Part>[] = [
    { key: 'contents', label: 'Contents' },
    { key: 'description', label: 'Docs', isMarked: descriptionOf(editing, descriptionPath) !== '' },
    { key: 'auth', label: 'Auth', isMarked: authType !== '' && authType !== 'noauth' },
    { key: 'variables', label: 'Variables', count: itemsOf(memberOf(content.data, 'variable')).length },
    { key: 'scripts', label: 'Scripts', isMarked: hasScripts(editing) },
  ];
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-center gap-2 p-3 pb-2">
        <div className="min-w-0 flex-1">
          <input
            aria-label={`Name of the ${kind}`}
            className={`${INPUT} max-w-md font-medium`}
            value={stringOf(readPath(kind, content, 'name')) ?? ''}
            placeholder="Name"
            onChange={({ target }) => edit([{ op: 'text', path: 'name', text: target.value }])}
          />
        </div>
        <SaveButton draft={draft} save={() => void saveTab(bench, id)} />
      </div>
      <Choices
        label={`Parts of the ${kind}`}
        choices={choices}
        chosen={part}
        choose={(next) => {
          lastPart = next;
          setPart(next);
        }}
      >
        {part === 'contents' ? (
          <FolderContents id={id} kind={kind} />
        ) : part === 'description' ? (
          <DescriptionSection editing={editing} path={descriptionPath} />
        ) : part === 'auth' ? (
          <AuthSection editing={editing} parent={draft.parent} variables={variables} />
        ) : part === 'variables' ? (
          <VariablesSection editing={editing} path="variable" parent={draft.parent} />
        ) : (
          <ScriptsSection editing={editing} />
        )}
      </Choices>
    </div>
  );
}
