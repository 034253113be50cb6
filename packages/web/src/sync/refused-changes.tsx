/** Changes that the server refused, with what can become of them. */
import type { RefusedChange } from '@waypost/client';
import { Button } from '../design/button.tsx';
import { copyText } from '../design/copy-text.ts';
import { notify } from '../design/notice.tsx';
import { useNow } from '../design/now.ts';
import { agoText } from '../design/when.ts';
import { exactTime, listed, messageOf } from '../design/words.ts';
import type { Desk } from '../desk/desk.ts';
import { useDesk } from '../desk/use-desk.ts';
import { againOf, partsOf, reasonText, writesOf } from './refused.ts';

export function RefusedChanges({ refused }: { readonly refused: readonly RefusedChange[] }) {
  return (
    <div className="border-t border-line px-4 py-3">
      <h3 className="text-2xs font-medium text-muted">Refused by the server, kept here</h3>
      <ul className="flex flex-col divide-y divide-line">
        {refused.map((one) => (
          <Refused key={`${one.stream} ${one.n}`} refused={one} />
        ))}
      </ul>
    </div>
  );
}

function Refused({ refused }: { readonly refused: RefusedChange }) {
  const desk = useDesk();
  const elements = elementsOf(desk, refused);
  const now = useNow();
  const parts = partsOf(refused, elements);
  const [first] = parts;
  const isAgain = againOf(refused, elements).length > 0;
  return (
    <li className="flex flex-col gap-1.5 py-2">
      <p className="min-w-0 break-words">
        <span className="font-medium">
          {first?.does ?? 'Change'} {listed(parts.map(({ name }) => `“${name}”`))}
        </span>{' '}
        <time className="text-xs text-muted" title={exactTime(refused.at)}>
          {agoText(refused.at, now)}
        </time>
      </p>
      <p className="text-xs text-danger">{reasonText(refused.code)}</p>
      <div className="flex flex-wrap gap-1.5">
        <Button size="small" onClick={() => void doAgain(desk, refused)} disabled={!isAgain}>
          Do it again
        </Button>
        <Button size="small" onClick={() => void copyContent(refused)}>
          Copy its content
        </Button>
        <Button size="small" look="danger" onClick={() => void desk.device.dismiss(refused)}>
          Let it go
        </Button>
      </div>
    </li>
  );
}

/** It may be of a workspace that is not in front. */
function elementsOf({ device }: Desk, { workspace }: RefusedChange): Parameters<typeof againOf>[1] {
  return {
    summary: (id) => device.summary(id, workspace),
    list: (parent) => device.list(parent, workspace),
  };
}

async function doAgain(desk: Desk, refused: RefusedChange): Promise<void> {
  try {
    await desk.device.change(againOf(refused, elementsOf(desk, refused)), refused.workspace);
    await desk.device.dismiss(refused);
    notify({ text: 'Done again', detail: 'It is on its way to the server.' });
  } catch (error) {
    notify({ text: 'Not done', detail: messageOf(error), kind: 'problem' });
  }
}

async function copyContent(refused: RefusedChange): Promise<void> {
  if (await copyText(JSON.stringify(writesOf(refused), null, 2))) notify({ text: 'Copied' });
}
