/** The editor. */
import { schemas } from '@waypost/model';
import { useDraft } from '../desk/use-desk.ts';
import type { EditorProps } from '../frame/element-tab.tsx';

export default function PresetTab({ id }: EditorProps) {
  const draft = useDraft(id);
  return draft === null ? null : (
    <h1 className="p-4 text-lg font-semibold">{schemas(draft.kind).label(draft.content.data).name}</h1>
  );
}
