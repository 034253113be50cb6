/** What sync tells a person without being asked: a notice, once. */
import type { DeviceEvent } from '@waypost/client';
import { type Notice, notify } from '../design/notice.tsx';
import { count } from '../design/words.ts';
import type { Desk } from '../desk/desk.ts';
import { whoOf } from '../desk/people.ts';
import { ask } from '../frame/questions.ts';
import { reasonText } from './refused.ts';

export function tell(desk: Desk, event: DeviceEvent): void {
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
        text: `“${name === '' ? 'Untitled' : name}” was changed on ${whoOf(seat, conflict.theirs).text} too`,
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
      if (outcome.kind === 'merged')
        return { text: 'Merged with what was written elsewhere', detail: 'Both are in it; the history has each.' };
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
