/** Signing out: what exists only here is named first, and a person says what becomes of it. */
import type { Fate } from '@waypost/client/browser';
import { WaypostError } from '@waypost/protocol';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { RadioCard } from '../design/radio-card.tsx';
import { notify } from '../design/notice.tsx';
import { messageOf } from '../design/words.ts';
import { useDesk, useStatus } from '../desk/use-desk.ts';
import { useUnsynced } from '../sync/use-sync.ts';
import { closeAccountDialog } from './account-state.ts';
import { exportAccount } from './exporting-all.ts';
import { isAllSynced, linesOf } from './unsynced-text.ts';

type FateKind = Exclude<Fate['kind'], 'none'>;

const FATES: readonly { readonly kind: FateKind; readonly label: string; readonly detail: string }[] = [
  {
    kind: 'seal',
    label: 'Keep it sealed in this browser',
    detail: 'Nobody can read it. It is back when the same account signs in here again.',
  },
  {
    kind: 'export',
    label: 'Save everything as a file first',
    detail:
      'A plain file. Local values, cookies and secrets of this device are readable in it: keep it where you keep those.',
  },
  { kind: 'discard', label: 'Discard it', detail: 'It is gone for good.' },
];

export function SignOutDialog() {
  const session = useSession();
  const { device } = useDesk();
  const { phase } = useStatus();
  const unsynced = useUnsynced();
  const [fate, setFate] = useState<FateKind>('seal');
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const email = session.account?.account.email ?? '';
  if (unsynced === null) return null;
  const isClear = isAllSynced(unsynced);
  const signOut = async (): Promise<void> => {
    setIsBusy(true);
    try {
      const write = (): Promise<void> => exportAccount(device);
      const chosen: Fate = isClear ? { kind: 'none' } : fate === 'export' ? { kind: fate, write } : { kind: fate };
      const { isTold } = await session.signOut(chosen);
      closeAccountDialog();
      if (!isTold)
        notify({
          text: 'The server could not be told',
          detail: 'This device stays on the list of devices until you sign in here again, or sign it out elsewhere.',
          kind: 'problem',
        });
    } catch (error) {
      setIsBusy(false);
      // Something was saved in the meantime: it is named above by now.
      setProblem(
        error instanceof WaypostError && error.code === 'unsynced'
          ? 'Something was not sent after all: say what becomes of it.'
          : messageOf(error),
      );
    }
  };
  return (
    <Dialog
      title="Sign out"
      description={
        isClear
          ? `Everything of ${email} is on the server. Nothing of it stays in this browser; signing in brings it back.`
          : `Nothing of ${email} stays in this browser. Some of it exists only here:`
      }
      close={closeAccountDialog}
      actions={
        <>
          <Button look="quiet" onClick={closeAccountDialog} disabled={isBusy}>
            Stay signed in
          </Button>
          <span className="flex-1" />
          <Button
            look={!isClear && fate === 'discard' ? 'danger' : 'primary'}
            disabled={isBusy}
            onClick={() => void signOut()}
          >
            {isBusy ? 'Signing out …' : !isClear && fate === 'discard' ? 'Discard it and sign out' : 'Sign out'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {problem === null ? null : (
          <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
            {problem}
          </p>
        )}
        {isClear ? null : (
          <>
            <ul className="flex flex-col gap-1.5">
              {linesOf(unsynced).map(({ text, detail }) => (
                <li key={text}>
                  <p className="font-medium">{text}</p>
                  <p className="text-xs break-words text-muted">{detail}</p>
                </li>
              ))}
            </ul>
            {unsynced.changes > 0 ? (
              <p className="flex flex-wrap items-center gap-2 text-sm text-muted">
                <span className="min-w-0 flex-1">
                  {phase === 'syncing'
                    ? 'It is being sent: wait a moment, and nothing is left to decide.'
                    : 'The server cannot be reached now. Once it can, this is sent by itself.'}
                </span>
                <Button size="small" icon={RotateCw} onClick={() => device.retry()}>
                  Try now
                </Button>
              </p>
            ) : null}
            <fieldset className="flex flex-col gap-1">
              <legend className="mb-1 text-xs font-medium text-muted">What becomes of it</legend>
              {FATES.map(({ kind, label, detail }) => (
                <RadioCard
                  key={kind}
                  name="fate"
                  label={label}
                  detail={detail}
                  isChosen={fate === kind}
                  choose={() => setFate(kind)}
                />
              ))}
            </fieldset>
          </>
        )}
      </div>
    </Dialog>
  );
}
