/** One team: its workspaces, its members with their roles, its open invitations, and its end. */
import type { Role, TeamDetails, TeamMember } from '@waypost/client/browser';
import { Layers, LogOut, Trash2, UserMinus, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { openAccountDialog } from '../account/account-state.ts';
import { useSession } from '../boot/stage.ts';
import { Button, IconButton } from '../design/button.tsx';
import { notify } from '../design/notice.tsx';
import { Section } from '../design/page.tsx';
import { Select } from '../design/select.tsx';
import { count, messageOf } from '../design/words.ts';
import { useDesk } from '../desk/use-desk.ts';
import { Ending, type EndingOf } from './ending.tsx';
import { readTeams } from './team-store.ts';
import { ROLE_OPTIONS } from './roles.ts';

export function TeamSection({ details }: { readonly details: TeamDetails }) {
  const desk = useDesk();
  const [ending, setEnding] = useState<EndingOf | null>(null);
  const { team, members, workspaces } = details;
  const isOwner = team.role === 'owner';
  return (
    <Section title={team.name}>
      <p className="text-xs text-muted">
        {isOwner ? 'You are an owner.' : 'You are a member.'} {count(team.members, 'person', 'people')},{' '}
        {count(team.workspaces, 'workspace')}.
      </p>
      <h3 className="mt-3 text-xs font-medium text-muted">Workspaces</h3>
      <ul>
        {workspaces.map(({ id, name, role }) => (
          <li key={id} className="flex min-h-10 items-center gap-3 border-b border-line">
            <Layers aria-hidden size={15} className="shrink-0 text-muted" />
            <span className="min-w-0 flex-1 truncate text-sm">{name}</span>
            <span className="text-xs text-muted">{role}</span>
            <Button aria-label={`Open ${name}`} onClick={() => void desk.use(id)}>
              Open
            </Button>
          </li>
        ))}
      </ul>
      <div className="flex py-2">
        <Button onClick={() => openAccountDialog({ show: 'new-workspace', team: team.id })}>New workspace</Button>
      </div>
      <h3 className="mt-1 text-xs font-medium text-muted">People</h3>
      <ul>
        {members.map((member) => (
          <Member key={member.account} member={member} details={details} end={setEnding} />
        ))}
      </ul>
      {isOwner ? <Invitations details={details} /> : null}
      <div className="mt-2 flex flex-wrap gap-2">
        {isOwner ? (
          <Button icon={UserPlus} onClick={() => openAccountDialog({ show: 'invite', team })}>
            Invite
          </Button>
        ) : null}
        <span className="flex-1" />
        <Button icon={LogOut} onClick={() => setEnding({ kind: 'leave' })}>
          Leave
        </Button>
        {isOwner ? (
          <Button icon={Trash2} look="danger" onClick={() => setEnding({ kind: 'delete' })}>
            Delete the team
          </Button>
        ) : null}
      </div>
      {ending === null ? null : <Ending of={ending} details={details} close={() => setEnding(null)} />}
    </Section>
  );
}

interface MemberProps {
  readonly member: TeamMember;
  readonly details: TeamDetails;
  readonly end: (ending: EndingOf) => void;
}

function Member({ member, details, end }: MemberProps) {
  const session = useSession();
  const { account, email, role, workspaceRole } = member;
  const isMe = account === session.account?.account.id;
  const mayChange = details.team.role === 'owner';
  const choose = async (to: Role | 'owner'): Promise<void> => {
    try {
      await session.ask(async ({ teams }) => {
        if (to === 'owner') return teams.setTeamRole(details.team.id, account, 'owner');
        if (role === 'owner') await teams.setTeamRole(details.team.id, account, 'member');
        return teams.setWorkspaceRole(details.team.id, account, to);
      });
      notify({ text: `${email} is ${to} in “${details.team.name}” now` });
    } catch (error) {
      notify({ text: 'Not changed', detail: messageOf(error), kind: 'problem' });
    }
    await readTeams(session);
  };
  return (
    <li className="flex min-h-10 flex-wrap items-center gap-x-3 border-b border-line py-1">
      <span className="min-w-40 flex-1 truncate text-sm">
        {email}
        {isMe ? <span className="text-muted"> (you)</span> : null}
      </span>
      {mayChange ? (
        <Select
          label={`Role of ${email}`}
          options={ROLE_OPTIONS}
          value={role === 'owner' ? 'owner' : workspaceRole}
          choose={(to) => void choose(to)}
          isQuiet
          className="w-40"
        />
      ) : (
        <span className="text-xs text-muted">{role === 'owner' ? 'owner' : workspaceRole}</span>
      )}
      {!mayChange ? null : isMe ? (
        // As wide as the button beside the others: the roles stand in one column.
        <span className="w-7" />
      ) : (
        <IconButton icon={UserMinus} label={`Remove ${email}`} onClick={() => end({ kind: 'remove', member })} />
      )}
    </li>
  );
}

function Invitations({ details }: { readonly details: TeamDetails }) {
  const session = useSession();
  const { team, invitations } = details;
  if (invitations.length === 0) return null;
  const withdraw = async (id: string): Promise<void> => {
    try {
      await session.ask((calls) => calls.teams.withdraw(team.id, id));
      notify({ text: 'Nobody joins with that link any more' });
    } catch (error) {
      notify({ text: 'Not withdrawn', detail: messageOf(error), kind: 'problem' });
    }
    await readTeams(session);
  };
  return (
    <>
      <h3 className="mt-3 text-xs font-medium text-muted">Open invitations</h3>
      <ul>
        {invitations.map(({ id, workspaceRole, usesLeft, expiresAt, invitedBy }) => (
          <li key={id} className="flex min-h-10 items-center gap-3 border-b border-line">
            <span className="min-w-0 flex-1 text-sm">
              For {count(usesLeft, 'person', 'people')} as {workspaceRole}, until{' '}
              {new Date(expiresAt).toLocaleDateString('en', { dateStyle: 'medium' })}
              <span className="text-xs text-muted"> by {invitedBy}</span>
            </span>
            <Button onClick={() => void withdraw(id)}>Withdraw</Button>
          </li>
        ))}
      </ul>
    </>
  );
}
