/** Whichever dialog about the account is open. */
import { useAccountDialog } from './account-state.ts';
import { CopyLocalDialog } from './copy-local-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { DeleteWorkspaceDialog } from './delete-workspace-dialog.tsx';
import { EnterDialog } from './enter-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { SignOutDialog } from './sign-out-dialog.tsx';
import { InviteDialog, JoinDialog, NewTeamDialog } from '../teams/team-dialogs.tsx';
import { WorkspaceDialog } from './workspace-dialog.tsx';

export default function AccountDialogs() {
  const dialog = useAccountDialog();
  switch (dialog?.show) {
    case 'sign-in':
    case 'sign-up':
      return <EnterDialog key={dialog.show} isNew={dialog.show === 'sign-up'} />;
    case 'sign-out':
      return <SignOutDialog />;
    case 'password':
      return <PasswordDialog />;
    case 'delete':
      return <DeleteDialog />;
    case 'new-workspace':
      return <WorkspaceDialog renamed={null} team={dialog.team} />;
    case 'new-team':
      return <NewTeamDialog />;
    case 'invite':
      return <InviteDialog team={dialog.team} />;
    case 'join-team':
      return <JoinDialog token={dialog.token} />;
    case 'rename-workspace':
      return <WorkspaceDialog renamed={dialog} team={null} />;
    case 'delete-workspace':
      return <DeleteWorkspaceDialog {...dialog} />;
    case 'copy-local':
      return <CopyLocalDialog had={dialog.had} />;
    case undefined:
      return null;
  }
}
