/** Work without an account, copied into a workspace of the account; offered after signing in, and later at any time. */
import { useEffect, useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { notify } from '../design/notice.tsx';
import { Select } from '../design/select.tsx';
import { count, messageOf } from '../design/words.ts';
import { useDesk, useStatus } from '../desk/use-desk.ts';
import { closeAccountDialog } from './account-state.ts';
import { copiedRoots, copyLocalWork, openLocalWork } from './copying-local.ts';

export function CopyLocalDialog({ had }: { readonly had: number | null }) {
  const session = useSession();
  const desk = useDesk();
  // Workspaces may still be on their way after a sign-in.
  useStatus();
  const workspaces = desk.device.workspaces().filter(({ kind }) => kind !== 'account');
  const [chosen, setChosen] = useState<string | null>(null);
  const target: string = chosen ?? desk.device.current() ?? workspaces[0]?.id ?? '';
  const [found, setFound] = useState(had);
  const [copied, setCopied] = useState<number | null>(null);
  const isBusy = copied !== null;
  useEffect(() => {
    if (had !== null) return;
    void (async () => {
      const local = await openLocalWork(session.home);
      setFound(copiedRoots(local).length);
      await local.device.close();
    })();
  }, [had, session]);

  const copy = async (): Promise<void> => {
    const workspace = workspaces.find(({ id }) => id === target);
    if (workspace === undefined) return;
    setCopied(0);
    try {
      const local = await openLocalWork(session.home);
      try {
        const { elements } = await copyLocalWork(local, { device: desk.device, workspace: workspace.id }, setCopied);
        notify({
          text: `Copied ${count(elements, 'element')} into “${workspace.name}”`,
          detail: 'What you made without an account is still there too.',
        });
      } finally {
        await local.device.close();
      }
      closeAccountDialog();
      await desk.use(workspace.id);
    } catch (error) {
      setCopied(null);
      notify({ text: 'Not copied', detail: messageOf(error), kind: 'problem' });
    }
  };

  if (found === null) return null;
  return (
    <Dialog
      title={found === 0 ? 'Nothing to copy' : 'Copy your local work?'}
      description={
        found === 0
          ? 'Nothing was made in this browser without an account.'
          : `You made ${count(found, 'collection or environment', 'collections and environments')} in this browser without an account. They stay there, and you can have a copy in the account as well.`
      }
      width="narrow"
      close={closeAccountDialog}
      actions={
        <>
          <Button look="quiet" onClick={closeAccountDialog} disabled={isBusy}>
            {found === 0 ? 'Close' : 'Leave it where it is'}
          </Button>
          {found === 0 ? null : (
            <>
              <span className="flex-1" />
              <Button look="primary" disabled={isBusy || target === ''} onClick={() => void copy()}>
                {isBusy ? `Copied ${copied}` : 'Copy'}
              </Button>
            </>
          )}
        </>
      }
    >
      {found === 0 ? null : (
        <div className="flex flex-col gap-2">
          <div className="flex flex-wrap items-center gap-3">
            <span className="text-sm text-muted">Into the workspace</span>
            <Select
              label="Workspace"
              value={target}
              choose={setChosen}
              options={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
            />
          </div>
          <p className="text-xs text-muted">
            It syncs from there. Local values stay local. You find what stays here under “Work without an account” in
            the account menu.
          </p>
        </div>
      )}
    </Dialog>
  );
}
