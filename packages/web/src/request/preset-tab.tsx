/** A header preset in a tab of its own. */
import { readPath } from '@waypost/model';
import { stringOf } from '@waypost/protocol';
import { Field } from '../design/field.tsx';
import { useBench } from '../desk/use-desk.ts';
import { saveTab } from '../frame/actions.ts';
import type { EditorProps } from '../frame/element-tab.tsx';
import { useEditing } from './editing.ts';
import { HeadersSection } from './headers-section.tsx';
import { SaveButton } from './save-button.tsx';

export default function PresetTab({ id }: EditorProps) {
  const bench = useBench();
  const editing = useEditing(id);
  if (editing === null) return null;
  const { kind, content, draft, edit } = editing;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-end gap-3 border-b border-line p-4">
        <div className="max-w-md flex-1">
          <Field
            label="Name of the preset"
            value={stringOf(readPath(kind, content, 'name')) ?? ''}
            onChange={({ target }) => edit([{ op: 'text', path: 'name', text: target.value }])}
          />
        </div>
        <SaveButton draft={draft} save={() => void saveTab(bench, id)} />
      </div>
      <HeadersSection editing={editing} variables={null} path="headers" />
    </div>
  );
}
