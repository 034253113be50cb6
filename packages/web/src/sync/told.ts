/** What sync tells a person without being asked: a notice, once. */
import type { DeviceEvent } from '@waypost/client';
import { type Notice, notify } from '../design/notice.tsx';
import { groupNames } from '../conflicts/field-names.ts';
import { labelOf } from '@waypost/model';
import { count, listed, named } from '../design/words.ts';
import { contentOf } from '../desk/draft.ts';
import type { Desk } from '../desk/desk.ts';
import { whoOf } from '../desk/people.ts';
import { ask } from '../frame/questions.ts';
import { reasonText } from './refused.ts';
import type { LastChange, SyncWatch } from './sync-watch.ts';

export function tell(desk: Desk, event: DeviceEvent, watch: Pick<SyncWatch, 'changeAt'>): void {
  if (event.event === 'settled' && event.settled.outcome.kind === 'merged') {
    void tellMerged(desk, watch.changeAt(event.receipt.workspace, event.settled.revision));
    return;
  }
  const notice = noticeOf(desk, event);
  if (notice !== null) notify(notice);
}

function noticeOf({ seat, device }: Desk, event: DeviceEvent): Notice | null {
  switch (event.event) {
    case 'conflict': {
      const { conflict, workspace, open } = event;
      // The person's other devices show it in the footer; here it was made.
      if (!open || conflict.mine.device !== seat.me.device) return null;
      const name = device.summary(conflict.element, workspace)?.name ?? '';
      return {
        text: `“${named(name)}” was changed on ${whoOf(seat, conflict.theirs).text} too`,
        detail: 'Theirs stands, yours is set aside. Decide when it suits you.',
        action: { label: 'Decide', act: () => ask({ ask: 'conflict', id: conflict.id, workspace }) },
      };
    }
    case 'settled': {
      const { outcome } = event.settled;
      if (outcome.kind === 'rejected')
        return {
          text: 'The server refused a change',
          detail: `${reasonText(outcome.code)} It is kept: look at the sync state in the footer.`,
          kind: 'problem',
        };
      return null;
    }
    case 'restored-server': {
      const { resent, deletedHere } = event;
      const deleted =
        deletedHere.length === 0 ? '' : ` ${count(deletedHere.length, 'element')} you had deleted stay away.`;
      return {
        text: 'The server was restored from a backup',
        detail: `What it had lost is sent again from here: ${count(resent.length, 'element')}.${deleted}`,
        isLasting: true,
      };
    }
    default:
      return null;
  }
}

/** Names the texts that have the lines of both in them, and leads to what each was before. */
async function tellMerged(desk: Desk, change: LastChange | null): Promise<void> {
  const view = change === null ? null : await desk.device.read(change.id, change.workspace);
  const detail = 'The lines of both are in it. The history has what stood before.';
  if (view === null || change === null) {
    notify({ text: 'Merged with what was written elsewhere', detail });
    return;
  }
  // A text that is merged from several has no author.
  const groups = change.groups.filter((group) => view.stamps[group]?.author === null);
  const content = contentOf(view);
  const { name } = labelOf(view.kind, content.data);
  const what = listed(groupNames(view.kind, groups, content));
  const called = `“${named(name)}”`;
  const { bench } = desk.bench.getState();
  const see = (): void => {
    bench.tabs.openElement(view.id);
    ask({ ask: 'versions', id: view.id });
  };
  notify({
    text: `${what === '' ? called : `${what} of ${called}`} was merged with what was written elsewhere`,
    detail,
    ...(bench.workspace === change.workspace ? { action: { label: 'See', act: see } } : {}),
  });
}
