/** Saves the draft of a tab. */
import { Save } from 'lucide-react';
import { Button } from '../design/button.tsx';
import { keysText } from '../design/keys.tsx';
import type { DraftState } from '../desk/drafts.ts';

export function SaveButton({ draft, save }: { readonly draft: DraftState; readonly save: () => void }) {
  return (
    <Button icon={Save} disabled={!draft.isDirty} onClick={save} title={`Save (${keysText('$mod+KeyS')})`}>
      {/* Beside a response there is room for the sign alone. */}
      <span className="@max-xl:sr-only">Save</span>
    </Button>
  );
}
