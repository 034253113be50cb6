/** Leaving a team, removing somebody from it, deleting it: what goes is said before. */
import type { BrowserSession, TeamDetails, TeamMember } from '@waypost/client/browser';
import { useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { Field } from '../design/field.tsx';
import { notify } from '../design/notice.tsx';
import { count, listed, messageOf } from '../design/words.ts';
import { readTeams } from './team-store.ts';

export type EndingOf =
  | { readonly kind: 'leave' }
  | { readonly kind: 'delete' }
  | { readonly kind: 'remove'; readonly member: TeamMember };

export interface EndingProps {
  readonly of: EndingOf;
  readonly details: TeamDetails;
  readonly close: () => void;
}

export function Ending({ of, details, close }: EndingProps) {
  const session = useSession();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const { title, description, label, done } = wordsOf(of, details);
  const isReady = of.kind !== 'delete' || typed.trim() === details.team.name.trim();
  const submit = async (): Promise<void> => {
    setIsBusy(true);
    try {
      await end(session, of, details);
      notify({ text: done });
      close();
      await readTeams(session);
    } catch (error) {
      setProblem(messageOf(error));
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      description={description}
      width="narrow"
      close={close}
      actions={
        <>
          <Button look="quiet" onClick={close} disabled={isBusy}>
            Cancel
          </Button>
          <span className="flex-1" />
          <Button look="danger" disabled={isBusy || !isReady} onClick={() => void submit()}>
            {label}
          </Button>
        </>
      }
    >
      {problem === null ? null : (
        <p role="alert" className="mb-3 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          {problem}
        </p>
      )}
      {of.kind === 'delete' ? (
        <Field
          label={`To go on, type its name: ${details.team.name}`}
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      ) : (
        <p className="text-sm text-muted">
          {of.kind === 'leave'
            ? 'Work of yours in them that the server never received stays on the device that has it until you decide.'
            : 'They can be invited again.'}
        </p>
      )}
    </Dialog>
  );
}

async function end(session: BrowserSession, of: EndingOf, { team }: TeamDetails): Promise<void> {
  const me = session.account?.account.id;
  await session.ask(async ({ teams }) => {
    if (of.kind === 'delete') return teams.delete(team.id);
    const who = of.kind === 'remove' ? of.member.account : me;
    return who === undefined ? undefined : teams.remove(team.id, who);
  });
}

function wordsOf(of: EndingOf, { team, workspaces }: TeamDetails) {
  const names = listed(workspaces.map(({ name }) => `“${name}”`));
  const what = count(workspaces.length, 'workspace');
  switch (of.kind) {
    case 'leave':
      return {
        title: `Leave “${team.name}”?`,
        description:
          workspaces.length === 0
            ? 'You see nothing of it any more until you are invited again.'
            : `You lose ${names}: they stay with the team, and leave all your devices.`,
        label: 'Leave',
        done: `You left “${team.name}”`,
      };
    case 'remove':
      return {
        title: `Remove ${of.member.email}?`,
        description: `Their devices erase ${what} of “${team.name}” at once, or when they next reach the server.`,
        label: 'Remove',
        done: `${of.member.email} is out of “${team.name}”`,
      };
    case 'delete':
      return {
        title: `Delete “${team.name}”?`,
        description:
          workspaces.length === 0
            ? `For good, for ${count(team.members, 'person', 'people')}.`
            : `For good, for ${count(team.members, 'person', 'people')}, with ${names} and everything in them.`,
        label: 'Delete for good',
        done: `“${team.name}” is deleted`,
      };
  }
}
