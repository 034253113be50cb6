/** Whichever dialog about the account is open. */
import { useAccountDialog } from './account-state.ts';
import { CopyLocalDialog } from './copy-local-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { EnterDialog } from './enter-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { SignOutDialog } from './sign-out-dialog.tsx';
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
      return <WorkspaceDialog renamed={null} />;
    case 'rename-workspace':
      return <WorkspaceDialog renamed={dialog} />;
    case 'copy-local':
      return <CopyLocalDialog had={dialog.had} />;
    case undefined:
      return null;
  }
}
