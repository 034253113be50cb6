/** Making a team, inviting into one, joining one. */
import { invitationLink, invitationToken, type Role, type TeamInfo } from '@waypost/client/browser';
import { Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { closeAccountDialog, openAccountDialog } from '../account/account-state.ts';
import { FormDialog } from '../account/form-dialog.tsx';
import { useAttempt } from '../account/use-attempt.ts';
import { whenKnown } from '../account/when-known.ts';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { copyText } from '../design/copy-text.ts';
import { Field } from '../design/field.tsx';
import { notify } from '../design/notice.tsx';
import { Select } from '../design/select.tsx';
import { count, messageOf } from '../design/words.ts';
import { useBench, useDesk } from '../desk/use-desk.ts';
import { invitation } from './invitation.ts';
import { WORKSPACE_ROLES } from './roles.ts';
import { readTeams } from './team-store.ts';

const DAYS_MAX = 365;
const USES_MAX = 1_000;

const atForm = (error: unknown) => ({ at: 'form', text: messageOf(error) }) as const;

export function NewTeamDialog() {
  const session = useSession();
  const { tabs } = useBench();
  const [typed, setTyped] = useState('');
  const { isBusy, problemAt, run } = useAttempt<'name'>(atForm);
  const name = typed.trim();
  return (
    <FormDialog
      title="New team"
      description="People who share workspaces. You are its owner, and invite others afterwards."
      isBusy={isBusy}
      problem={problemAt('form')}
      does={{ label: 'Make the team', busy: 'Making …' }}
      submit={() =>
        run(name === '' ? { at: 'name', text: 'Give it a name.' } : null, async () => {
          await session.ask((calls) => calls.teams.create(name));
          closeAccountDialog();
          tabs.openPage('teams');
          await readTeams(session);
        })
      }
    >
      <Field
        label="Name"
        autoComplete="off"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        problem={problemAt('name')}
      />
    </FormDialog>
  );
}

export function InviteDialog({ team }: { readonly team: TeamInfo }) {
  const session = useSession();
  const [role, setRole] = useState<Role>('editor');
  const [days, setDays] = useState('7');
  const [uses, setUses] = useState('1');
  const [link, setLink] = useState<string | null>(null);
  const { isBusy, problemAt, run } = useAttempt<'days' | 'uses'>(atForm);
  const missing = notANumber(days, DAYS_MAX)
    ? ({ at: 'days', text: `A whole number from 1 to ${DAYS_MAX}.` } as const)
    : notANumber(uses, USES_MAX)
      ? ({ at: 'uses', text: `A whole number from 1 to ${USES_MAX.toLocaleString('en')}.` } as const)
      : null;
  if (link !== null) return <Link link={link} team={team} uses={Number(uses)} days={Number(days)} />;
  return (
    <FormDialog
      title={`Invite into “${team.name}”`}
      description="Makes a link. Whoever has it and an account on this server joins the team and all its workspaces."
      isBusy={isBusy}
      problem={problemAt('form')}
      does={{ label: 'Make the link', busy: 'Making …' }}
      submit={() =>
        run(missing, async () => {
          const how = { role, days: Number(days), uses: Number(uses) };
          const { token } = await session.ask((calls) => calls.teams.invite(team.id, how));
          setLink(invitationLink(session.account?.server ?? location.origin, token));
          await readTeams(session);
        })
      }
    >
      <div className="flex flex-col gap-1">
        <span className="text-xs font-medium text-muted">In the workspaces they are</span>
        <Select label="In the workspaces they are" options={WORKSPACE_ROLES} value={role} choose={setRole} />
      </div>
      <Field
        label="Days it leads in"
        inputMode="numeric"
        value={days}
        onChange={({ target }) => setDays(target.value)}
        problem={problemAt('days')}
      />
      <Field
        label="People who may use it"
        inputMode="numeric"
        value={uses}
        onChange={({ target }) => setUses(target.value)}
        problem={problemAt('uses')}
      />
    </FormDialog>
  );
}

interface LinkProps {
  readonly link: string;
  readonly team: TeamInfo;
  readonly uses: number;
  readonly days: number;
}

function Link({ link, team, uses, days }: LinkProps) {
  return (
    <FormDialog
      title={`Link into “${team.name}”`}
      description={`For ${count(uses, 'person', 'people')}, for ${count(days, 'day')}. It is shown this once: copy it now.`}
      isBusy={false}
      problem={null}
      does={{ label: 'Done', busy: 'Done' }}
      submit={async () => closeAccountDialog()}
    >
      <Field label="Link" readOnly value={link} onFocus={({ target }) => target.select()} />
      <div>
        <Button icon={Copy} onClick={() => void copyLink(link)}>
          Copy the link
        </Button>
      </div>
    </FormDialog>
  );
}

async function copyLink(link: string): Promise<void> {
  if (await copyText(link)) notify({ text: 'Link copied' });
}

/** `token`: of a link that this page was opened with; null where it is typed. */
export function JoinDialog({ token }: { readonly token: string | null }) {
  const session = useSession();
  const desk = useDesk();
  const [typed, setTyped] = useState('');
  const [leadsTo, setLeadsTo] = useState<string | null>(null);
  const { isBusy, problemAt, run } = useAttempt<'link'>(atForm);
  const isSignedIn = session.account !== null;
  const held = token ?? invitationToken(typed);
  useEffect(() => {
    if (held === null || !isSignedIn) return undefined;
    let isWanted = true;
    session
      .ask((calls) => calls.teams.preview(held))
      .then(
        ({ team, invitedBy, workspaceRole }) => `“${team.name}”, as ${workspaceRole}; ${invitedBy} invites you.`,
        messageOf,
      )
      .then((text) => (isWanted ? setLeadsTo(text) : undefined))
      .catch(() => undefined);
    return () => {
      isWanted = false;
    };
  }, [held, isSignedIn, session]);
  if (!isSignedIn)
    return (
      <FormDialog
        title="You are invited into a team"
        description="Sign in first, or create an account on this server: the invitation waits meanwhile."
        isBusy={false}
        problem={null}
        does={{ label: 'Sign in', busy: 'Sign in' }}
        instead={{ label: 'Create an account', act: () => openAccountDialog({ show: 'sign-up' }) }}
        submit={async () => openAccountDialog({ show: 'sign-in' })}
      >
        {null}
      </FormDialog>
    );
  return (
    <FormDialog
      title="Join a team"
      description={leadsTo ?? 'With the link that you were sent.'}
      isBusy={isBusy}
      problem={problemAt('form')}
      does={{ label: 'Join', busy: 'Joining …' }}
      submit={() =>
        run(held === null ? { at: 'link', text: 'Paste the whole link that you were sent.' } : null, async () => {
          if (held === null) return;
          const { team, workspaces, already } = await session.ask((calls) => calls.teams.join(held));
          invitation.setState({ token: null });
          closeAccountDialog();
          notify({ text: already ? `You are in “${team.name}” already` : `You are in “${team.name}” now` });
          await readTeams(session);
          const [first] = workspaces;
          if (first !== undefined && (await whenKnown(desk.device, first.id))) await desk.use(first.id);
        })
      }
    >
      {token === null ? (
        <Field
          label="Link"
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          problem={problemAt('link')}
        />
      ) : null}
    </FormDialog>
  );
}

function notANumber(text: string, max: number): boolean {
  return !/^[1-9]\d*$/.test(text.trim()) || Number(text) > max;
}
