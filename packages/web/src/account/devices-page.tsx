/** Where this account is signed in, and what can be done with it: devices, password, deletion. */
import type { DeviceList, ListedDevice } from '@waypost/client/browser';
import { Laptop, type LucideIcon, MonitorSmartphone, RotateCw, Terminal } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';
import { useNow } from '../design/now.ts';
import { Page, Section } from '../design/page.tsx';
import { Setting } from '../design/setting.tsx';
import { agoText } from '../design/when.ts';
import { count, messageOf } from '../design/words.ts';
import { hostOf } from './account-menu.tsx';
import { isSyncOffered, openAccountDialog } from './account-state.ts';
import { SignOutDevices } from './sign-out-devices.tsx';

export default function DevicesPage() {
  const { account } = useSession();
  if (account !== null) return <OfAccount email={account.account.email} server={account.server} />;
  return (
    <Empty
      icon={MonitorSmartphone}
      title="Nobody is signed in here"
      {...(isSyncOffered()
        ? {
            actions: (
              <Button look="primary" onClick={() => openAccountDialog({ show: 'sign-in' })}>
                Sign in
              </Button>
            ),
          }
        : {})}
    >
      {isSyncOffered()
        ? 'Signed in, the devices of your account are listed here, and you can sign each of them out from afar.'
        : 'This server has no accounts: work stays in this browser.'}
    </Empty>
  );
}

type Listing = { readonly list: DeviceList } | { readonly problem: string } | null;

function useDevices(): { readonly listing: Listing; readonly readAgain: () => Promise<void> } {
  const session = useSession();
  const [listing, setListing] = useState<Listing>(null);
  const readAgain = useCallback(
    () =>
      session
        .ask((calls) => calls.devices())
        .then(
          (list) => setListing({ list }),
          (error: unknown) => setListing({ problem: messageOf(error) }),
        ),
    [session],
  );
  useEffect(() => {
    void readAgain();
  }, [readAgain]);
  return { listing, readAgain };
}

function OfAccount({ email, server }: { readonly email: string; readonly server: string }) {
  const { listing, readAgain } = useDevices();
  const [leaving, setLeaving] = useState<readonly ListedDevice[] | null>(null);
  const devices = listing !== null && 'list' in listing ? listing.list.devices : [];
  const others = devices.filter(({ current }) => !current);
  return (
    <Page title="Devices and account" about={`${email} on ${hostOf(server)}`}>
      <Section title="Devices">
        {listing !== null && 'problem' in listing ? (
          <div role="alert" className="flex flex-wrap items-center gap-3 py-3 text-sm text-muted">
            <span className="min-w-0 flex-1">{listing.problem}</span>
            <Button icon={RotateCw} onClick={() => void readAgain()}>
              Try again
            </Button>
          </div>
        ) : (
          <ul className="flex min-h-16 flex-col">
            {devices.map((device) => (
              <Line key={device.id} device={device} signOut={() => setLeaving([device])} />
            ))}
          </ul>
        )}
        {listing !== null && 'list' in listing ? (
          <div className="mt-3 flex flex-wrap items-center gap-3">
            <p className="min-w-0 flex-1 text-xs text-muted">
              {listing.list.limit === null
                ? 'Any number of devices may be signed in.'
                : `${devices.length} of ${count(listing.list.limit, 'device')} that may be signed in at a time.`}
            </p>
            {others.length > 1 ? <Button onClick={() => setLeaving(others)}>Sign out all others</Button> : null}
          </div>
        ) : null}
      </Section>
      <Section title="Account">
        <Setting title="Password" hint="Changing it signs out your other devices.">
          <Button onClick={() => openAccountDialog({ show: 'password' })}>Change the password</Button>
        </Setting>
        <Setting
          title="Work without an account"
          hint="What was made in this browser before signing in stays in it, and can be copied into the account any time."
        >
          <Button onClick={() => openAccountDialog({ show: 'copy-local', had: null })}>Copy it</Button>
        </Setting>
        <Setting title="Sign out" hint="Nothing of the account stays in this browser. Signing in brings it back.">
          <Button onClick={() => openAccountDialog({ show: 'sign-out' })}>Sign out</Button>
        </Setting>
        <Setting title="Delete the account" hint="On the server, for good, with its own workspaces and their history.">
          <Button look="danger" onClick={() => openAccountDialog({ show: 'delete' })}>
            Delete the account
          </Button>
        </Setting>
      </Section>
      {leaving === null ? null : (
        <SignOutDevices devices={leaving} close={() => setLeaving(null)} done={() => void readAgain()} />
      )}
    </Page>
  );
}

const ICONS: Readonly<Record<string, LucideIcon>> = { browser: Laptop, 'command line': Terminal };

function Line({ device, signOut }: { readonly device: ListedDevice; readonly signOut: () => void }) {
  const now = useNow();
  const { name, kind, current, lastSeenAt, pending } = device;
  const Icon = ICONS[kind] ?? MonitorSmartphone;
  const seen = current ? 'this device' : lastSeenAt === null ? 'never seen' : `seen ${agoText(lastSeenAt, now)}`;
  return (
    <li className="flex items-center gap-3 border-b border-line py-3">
      <Icon aria-hidden size={18} className="shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        <p className="text-xs text-muted">
          {kind}, {seen}
          {pending === 0 ? null : <span className="text-warning">, {count(pending, 'change')} waiting there</span>}
        </p>
      </div>
      {current ? null : (
        <Button aria-label={`Sign out ${name}`} onClick={signOut}>
          Sign out
        </Button>
      )}
    </li>
  );
}
