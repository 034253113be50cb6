/** All open conflicts: each can be decided by itself, or all with one answer, and all of it undone. */
import type { ConflictView } from '@waypost/client';
import { Check, GitCompareArrows } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../design/button.tsx';
import { Empty } from '../design/empty.tsx';
import { Page } from '../design/page.tsx';
import { useNow } from '../design/now.ts';
import { agoText } from '../design/when.ts';
import { count, exactTime, listed, named } from '../design/words.ts';
import { whoOf } from '../desk/people.ts';
import { useDesk } from '../desk/use-desk.ts';
import { ask } from '../frame/questions.ts';
import { decideAll } from './deciding.ts';
import { groupNames } from './field-names.ts';
import { kindName } from './kind-names.ts';
import { useConflicts } from './use-conflicts.ts';

export default function ConflictsPage() {
  const { device } = useDesk();
  const conflicts = useConflicts();
  const [isBusy, setIsBusy] = useState(false);
  if (conflicts === null) return null;
  if (conflicts.length === 0) {
    return (
      <Empty icon={Check} title="No conflicts">
        When two people change the same field, one version stands and the other waits here until you decide. Changes to
        different fields never meet.
      </Empty>
    );
  }
  const all = (kind: 'mine' | 'theirs') => async (): Promise<void> => {
    setIsBusy(true);
    await decideAll(device, conflicts, { kind }).finally(() => setIsBusy(false));
  };
  return (
    <Page
      title="Conflicts"
      about="Theirs stands, yours is set aside. Decide when it suits you; what does not stand in the end is kept in the history."
    >
      <div className="flex flex-wrap items-center gap-2">
        <span className="min-w-0 flex-1 text-sm text-muted">{count(conflicts.length, 'open conflict')}</span>
        <Button disabled={isBusy} onClick={() => void all('mine')()}>
          All mine
        </Button>
        <Button disabled={isBusy} onClick={() => void all('theirs')()}>
          All theirs
        </Button>
      </div>
      <ul className="flex flex-col rounded-lg border border-line">
        {conflicts.map((conflict) => (
          <Line key={conflict.id} conflict={conflict} />
        ))}
      </ul>
    </Page>
  );
}

const WHAT: Readonly<Record<ConflictView['type'], string>> = {
  edit: 'changed the same',
  deleted: 'deleted what you changed',
  'changed-since': 'changed what you deleted',
};

function Line({ conflict }: { readonly conflict: ConflictView }) {
  const { seat, device } = useDesk();
  const now = useNow();
  const { id, workspace, name, kind, type, fields, by, at } = conflict;
  const fieldNames = groupNames(
    kind,
    fields.map(({ group }) => group),
    null,
  );
  const where = device.workspaces().length > 1 ? device.workspaces().find((one) => one.id === workspace)?.name : '';
  return (
    <li className="flex items-center gap-3 border-b border-line px-3 py-2.5 last:border-none">
      <GitCompareArrows aria-hidden size={16} className="shrink-0 text-warning" />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">
          {named(name)} <span className="font-normal text-muted">{kindName(kind)}</span>
        </p>
        <p className="text-xs break-words text-muted first-letter:uppercase">
          {whoOf(seat, by).text} {WHAT[type]}
          {fieldNames.length === 0 ? '' : `: ${listed(fieldNames)}`},{' '}
          <time title={exactTime(at)}>{agoText(at, now)}</time>
          {where === '' || where === undefined ? '' : ` in ${where}`}
        </p>
      </div>
      <Button onClick={() => ask({ ask: 'conflict', id, workspace })}>Decide</Button>
    </li>
  );
}
