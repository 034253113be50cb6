/** Which workspace is in front, and the others, with the worst state among them; what is only in this browser stands apart. */
import { ChevronsUpDown, Laptop, Layers, LogIn, Pencil, Plus, Trash2 } from 'lucide-react';
import { useStore } from 'zustand';
import { openAccountDialog } from '../account/account-state.ts';
import { useAccounts } from '../account/use-accounts.ts';
import { useSession } from '../boot/stage.ts';
import { Menu, type MenuEntry } from '../design/menu.tsx';
import { useDesk, useStatus } from '../desk/use-desk.ts';
import { stateText, worstOfOthers } from '../sync/sync-words.ts';
import { ToneIcon } from '../sync/tone.tsx';

export function WorkspaceSwitcher() {
  const desk = useDesk();
  const session = useSession();
  const accounts = useAccounts();
  const workspace = useStore(desk.bench, ({ bench }) => bench.workspace);
  const status = useStatus();
  const isSignedIn = session.account !== null;
  const name = status.workspaces.find(({ id }) => id === workspace)?.name ?? '';
  const worst = worstOfOthers(status, { isSignedIn, workspace });
  const known = desk.device.workspaces();
  const hidden = new Set(known.filter(({ kind }) => kind === 'account').map(({ id }) => id));
  const front = known.find(({ id }) => id === workspace);
  const isLast = front?.kind === 'personal' && known.filter(({ kind }) => kind === 'personal').length === 1;
  const own = status.workspaces
    .filter(({ id }) => !hidden.has(id))
    .map(
      (one): MenuEntry => ({
        ...{ label: one.name, isChecked: one.id === workspace, act: () => void desk.use(one.id) },
        ...(isSignedIn ? { detail: stateText(one) } : {}),
      }),
    );
  const entries: readonly MenuEntry[] = isSignedIn
    ? [
        { heading: `Synced: ${session.account.account.email}` },
        ...own,
        {
          ...{ label: 'Rename this workspace …', icon: Pencil },
          act: () => openAccountDialog({ show: 'rename-workspace', id: workspace, name }),
        },
        { label: 'New workspace …', icon: Plus, act: () => openAccountDialog({ show: 'new-workspace', team: null }) },
        ...(front?.role === 'administrator' && !isLast
          ? [
              {
                ...{ label: 'Delete this workspace …', icon: Trash2, isDanger: true },
                act: () => openAccountDialog({ show: 'delete-workspace', id: workspace, name }),
              },
            ]
          : []),
        'line',
        { heading: 'Only in this browser' },
        { label: 'Work without an account', icon: Laptop, act: () => void session.use(null) },
      ]
    : [
        { heading: 'Only in this browser' },
        ...own,
        ...accounts.flatMap((account, at): MenuEntry[] => [
          ...(at === 0 ? (['line', { heading: 'Synced' }] as const) : []),
          { label: account.account.email, icon: LogIn, act: () => void session.use(account) },
        ]),
      ];
  return (
    <Menu
      label="Workspaces"
      trigger={
        <button
          type="button"
          className="flex h-8 max-w-56 min-w-0 items-center gap-2 rounded-md px-2 text-sm font-medium hover:bg-hover max-md:max-w-36"
          {...(worst === null ? {} : { title: `“${worst.name}” is ${worst.text}` })}
        >
          {isSignedIn ? (
            <Layers aria-hidden size={15} className="shrink-0 text-muted" />
          ) : (
            <Laptop aria-hidden size={15} className="shrink-0 text-muted" />
          )}
          <span className="min-w-0 truncate">{name}</span>
          {worst === null ? null : (
            <>
              <ToneIcon tone={worst.tone} />
              <span className="sr-only">
                , {worst.name} is {worst.text}
              </span>
            </>
          )}
          <ChevronsUpDown aria-hidden size={13} className="shrink-0 text-faint" />
        </button>
      }
      entries={entries}
    />
  );
}
