/** Asked before something that looks like a credential is saved as a shared value. */
import { labelOf } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { KeyRound, MonitorSmartphone } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { useBench, useDraft } from '../desk/use-desk.ts';
import { saveTab } from '../frame/actions.ts';
import type { SaveOptions } from '../frame/save-options.ts';
import { keepAllHere, type SharedCredential } from './shared-credentials.ts';

export interface CredentialsDialogProps {
  readonly id: ElementId;
  readonly found: readonly SharedCredential[];
  readonly options: SaveOptions;
  readonly close: () => void;
}

export function CredentialsDialog({ id, found, options, close }: CredentialsDialogProps) {
  const bench = useBench();
  const draft = useDraft(id);
  const first = useRef<HTMLButtonElement>(null);
  if (draft === null) return null;
  const isOfVariables = found.every(({ field }) => field === null);
  const keep = async (): Promise<void> => {
    close();
    await keepAllHere(bench, id, found);
    await saveTab(bench, id, options);
  };
  const share = (): void => {
    close();
    void saveTab(bench, id, { ...options, sharesCredentials: true });
  };
  return (
    <Dialog
      title={found.length === 1 ? 'Share this value?' : 'Share these values?'}
      description={`Saved ${isOfVariables ? 'as shared values of' : 'in'} “${labelOf(draft.kind, draft.content.data).name}”, ${found.length === 1 ? 'it syncs' : 'they sync'} to everybody in the workspace.`}
      width="narrow"
      first={first}
      close={close}
      actions={
        <>
          <Button onClick={share}>Share</Button>
          <span className="flex-1" />
          <Button onClick={close}>Cancel</Button>
          <Button ref={first} look="primary" icon={MonitorSmartphone} onClick={() => void keep()}>
            Keep on this device
          </Button>
        </>
      }
    >
      <ul className="flex flex-col gap-2">
        {found.map(({ key, field, reason }) => (
          <li key={field ?? key} className="flex items-baseline gap-2 text-sm">
            <KeyRound aria-hidden size={13} className="shrink-0 self-center text-warning" />
            <span className="truncate font-mono text-xs font-semibold">{key}</span>
            <span className="text-xs text-muted">{reason}</span>
          </li>
        ))}
      </ul>
      <p className="mt-4 text-xs text-muted">
        {isOfVariables
          ? 'Kept on this device, the value is a local one: requests sent from here have it, and it is never synced. Others give the variable a value of their own.'
          : 'Kept on this device, it becomes the local value of a variable that stands in its place: requests sent from here have it, and it is never synced. Others give the variable a value of their own.'}
      </p>
    </Dialog>
  );
}
