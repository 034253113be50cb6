/** Which workspace is in front, and the others, with the worst state among them. */
import { ChevronsUpDown, Layers } from 'lucide-react';
import { useStore } from 'zustand';
import { Menu } from '../design/menu.tsx';
import { useDesk } from '../desk/use-desk.ts';
import { useStatus } from '../desk/use-desk.ts';

export function WorkspaceSwitcher() {
  const desk = useDesk();
  const workspace = useStore(desk.bench, ({ bench }) => bench.workspace);
  const status = useStatus();
  const name = status.workspaces.find(({ id }) => id === workspace)?.name ?? '';
  return (
    <Menu
      label="Workspaces"
      trigger={
        <button
          type="button"
          className="flex h-8 max-w-56 min-w-0 items-center gap-2 rounded-md px-2 text-sm font-medium hover:bg-hover"
        >
          <Layers aria-hidden size={15} className="shrink-0 text-muted" />
          <span className="min-w-0 truncate">{name}</span>
          <ChevronsUpDown aria-hidden size={13} className="shrink-0 text-faint" />
        </button>
      }
      entries={status.workspaces.map((one) => ({
        label: one.name,
        isChecked: one.id === workspace,
        act: () => void desk.use(one.id),
      }))}
    />
  );
}
