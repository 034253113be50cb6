/** Who is signed in, and the ways in, out and to another account. */
import { Popover } from '@base-ui/react/popover';
import {
  CircleUser,
  KeyRound,
  LogIn,
  LogOut,
  type LucideIcon,
  MonitorSmartphone,
  Settings,
  UserPlus,
  UserRound,
  Users,
} from 'lucide-react';
import { useSession } from '../boot/stage.ts';
import { Button, IconButton } from '../design/button.tsx';
import { Menu, type MenuEntry } from '../design/menu.tsx';
import { useBench } from '../desk/use-desk.ts';
import { isSyncOffered, openAccountDialog } from './account-state.ts';
import { useAccounts } from './use-accounts.ts';

export function AccountMenu() {
  const { tabs } = useBench();
  const { account } = useSession();
  if (!isSyncOffered())
    return <IconButton icon={Settings} label="Settings" onClick={() => tabs.openPage('settings')} />;
  return account === null ? <SignedOut /> : <SignedIn email={account.account.email} />;
}

function SignedIn({ email }: { readonly email: string }) {
  const { tabs } = useBench();
  const session = useSession();
  const others = useAccounts().filter(({ key }) => key !== session.key);
  const entries: readonly MenuEntry[] = [
    { heading: `${email} on ${hostOf(session.account?.server ?? '')}` },
    { label: 'Devices and account', icon: MonitorSmartphone, act: () => tabs.openPage('devices') },
    { label: 'Teams', icon: Users, act: () => tabs.openPage('teams') },
    { label: 'Change the password …', icon: KeyRound, act: () => openAccountDialog({ show: 'password' }) },
    { label: 'Settings', icon: Settings, act: () => tabs.openPage('settings') },
    'line',
    { heading: 'Also in this browser' },
    ...others.map(
      (other): MenuEntry => ({
        ...{ label: other.account.email, detail: hostOf(other.server), icon: UserRound },
        act: () => void session.use(other),
      }),
    ),
    { label: 'Work without an account', icon: CircleUser, act: () => void session.use(null) },
    { label: 'Another account …', icon: UserPlus, act: () => openAccountDialog({ show: 'sign-in' }) },
    'line',
    { label: 'Sign out …', icon: LogOut, act: () => openAccountDialog({ show: 'sign-out' }) },
  ];
  return (
    <Menu
      label="Account"
      align="end"
      entries={entries}
      trigger={
        <button
          type="button"
          aria-label={`Account: ${email}`}
          title={email}
          className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent text-xs font-semibold text-on-accent uppercase"
        >
          {email.slice(0, 1)}
        </button>
      }
    />
  );
}

function SignedOut() {
  const { tabs } = useBench();
  const session = useSession();
  const accounts = useAccounts();
  return (
    <Popover.Root>
      <Popover.Trigger render={<IconButton icon={CircleUser} label="Account" />} />
      <Popover.Portal>
        <Popover.Positioner align="end" sideOffset={6} className="z-50">
          <Popover.Popup className="w-80 max-w-[calc(100vw-1rem)] rounded-lg border border-line bg-raised p-1 text-sm shadow-raised outline-none">
            <div className="flex flex-col gap-3 p-3">
              <div>
                <Popover.Title className="font-semibold">You work without an account</Popover.Title>
                <Popover.Description className="mt-1 text-muted">
                  Everything stays in this browser, and nothing is sent but your requests. Sign in to have the same work
                  on every device.
                </Popover.Description>
              </div>
              <div className="flex flex-wrap gap-2">
                <Popover.Close
                  render={
                    <Button look="primary" onClick={() => openAccountDialog({ show: 'sign-in' })}>
                      Sign in
                    </Button>
                  }
                />
                <Popover.Close
                  render={<Button onClick={() => openAccountDialog({ show: 'sign-up' })}>Create an account</Button>}
                />
              </div>
            </div>
            {accounts.length === 0 ? null : (
              <div className="border-t border-line py-1">
                <p className="px-3 pt-1 text-2xs font-medium text-faint">Signed in in this browser</p>
                {accounts.map((account) => (
                  <Row
                    key={account.key}
                    icon={LogIn}
                    label={account.account.email}
                    detail={hostOf(account.server)}
                    act={() => void session.use(account)}
                  />
                ))}
              </div>
            )}
            <div className="border-t border-line pt-1">
              <Row icon={Settings} label="Settings" act={() => tabs.openPage('settings')} />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface RowProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly detail?: string;
  readonly act: () => void;
}

function Row({ icon: Icon, label, detail, act }: RowProps) {
  return (
    <Popover.Close
      onClick={act}
      className="flex h-8 w-full items-center gap-2 rounded px-3 text-left hover:bg-hover focus-visible:bg-hover"
    >
      <Icon aria-hidden size={15} className="shrink-0 text-muted" />
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {detail === undefined ? null : <span className="shrink-0 text-xs text-faint">{detail}</span>}
    </Popover.Close>
  );
}

export function hostOf(server: string): string {
  return URL.canParse(server) ? new URL(server).host : server;
}
