/** The teams one is in: who else is, which workspaces they share, and what one may do about it. */
import { RotateCw, Users } from 'lucide-react';
import { isSyncOffered, openAccountDialog } from '../account/account-state.ts';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';
import { Page } from '../design/page.tsx';
import { readTeams, useTeams } from './team-store.ts';
import { TeamSection } from './team-section.tsx';

export default function TeamsPage() {
  const { account } = useSession();
  return account === null ? <SignedOut /> : <Teams />;
}

function SignedOut() {
  const isOffered = isSyncOffered();
  return (
    <Empty
      icon={Users}
      title="Teams share workspaces"
      {...(isOffered && {
        actions: (
          <Button look="primary" onClick={() => openAccountDialog({ show: 'sign-in' })}>
            Sign in
          </Button>
        ),
      })}
    >
      {isOffered
        ? 'Signed in, you can make a team, invite others with a link, and work in the same collections.'
        : 'This server has no accounts, and so no teams: work stays in this browser.'}
    </Empty>
  );
}

function Teams() {
  const session = useSession();
  const { teams, problem } = useTeams();
  if (teams !== null && teams.length === 0)
    return (
      <Empty icon={Users} title="You are in no team yet" actions={<Actions />}>
        A team is people who share workspaces. Make one and invite others with a link, or join with the link you were
        sent.
      </Empty>
    );
  return (
    <Page title="Teams" about="People who share workspaces. What changes here counts at once, on every device.">
      {problem === null ? null : (
        <div role="alert" className="flex flex-wrap items-center gap-3 text-sm text-muted">
          <span className="min-w-0 flex-1">{problem}</span>
          <Button icon={RotateCw} onClick={() => void readTeams(session)}>
            Try again
          </Button>
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        <Actions />
      </div>
      {(teams ?? []).map((details) => (
        <TeamSection key={details.team.id} details={details} />
      ))}
    </Page>
  );
}

function Actions() {
  return (
    <>
      <Button look="primary" onClick={() => openAccountDialog({ show: 'new-team' })}>
        New team
      </Button>
      <Button onClick={() => openAccountDialog({ show: 'join-team', token: null })}>Join with a link</Button>
    </>
  );
}
