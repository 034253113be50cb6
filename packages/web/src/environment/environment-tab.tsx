/** An environment, or the globals: named values, shared and local. */
import { readPath } from '@waypost/model';
import { stringOf } from '@waypost/protocol';
import { CircleCheck, Globe } from 'lucide-react';
import { Button } from '../design/button.tsx';
import { INPUT } from '../design/field.tsx';
import { useBench } from '../desk/use-desk.ts';
import { useEnvironment } from '../desk/use-variables.ts';
import { saveTab } from '../frame/actions.ts';
import type { EditorProps } from '../frame/element-tab.tsx';
import { useEditing } from '../request/editing.ts';
import { SaveButton } from '../request/save-button.tsx';
import { VariablesSection } from './variables-section.tsx';

export default function EnvironmentTab({ id }: EditorProps) {
  const bench = useBench();
  const editing = useEditing(id);
  const chosen = useEnvironment();
  if (editing === null) return null;
  const { kind, content, draft, edit } = editing;
  const isGlobals = kind === 'globals';
  const inForce = chosen === id;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 p-3 pb-2">
        {isGlobals ? (
          <div className="flex min-w-0 flex-1 items-center gap-2">
            <Globe aria-hidden size={16} className="text-muted" />
            <h1 className="text-base font-semibold">Globals</h1>
            <span className="truncate text-xs text-faint">
              for every request of the workspace, if nothing nearer has the name
            </span>
          </div>
        ) : (
          <>
            <div className="min-w-40 flex-1">
              <input
                aria-label="Name of the environment"
                className={`${INPUT} max-w-md font-medium`}
                value={stringOf(readPath(kind, content, 'name')) ?? ''}
                placeholder="Name"
                onChange={({ target }) => edit([{ op: 'text', path: 'name', text: target.value }])}
              />
            </div>
            <Button
              icon={CircleCheck}
              aria-pressed={inForce}
              look={inForce ? 'quiet' : 'plain'}
              onClick={() => void bench.variables.chooseEnvironment(inForce ? null : id)}
            >
              {inForce ? 'In force' : 'Use'}
            </Button>
          </>
        )}
        <SaveButton draft={draft} save={() => void saveTab(bench, id)} />
      </div>
      <VariablesSection editing={editing} path="values" parent={null} />
    </div>
  );
}
