/** The history of an element, from the server: who, when, on which device, what, and a way back to each of it. */
import { type Asking, readVersions, type Version, type Versions } from '@waypost/model';
import type { ElementId } from '@waypost/protocol';
import { History, RotateCcw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useSession } from '../boot/stage.ts';
import { Button } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { Dialog } from '../design/dialog.tsx';
import { Empty } from '../design/empty.tsx';
import { notify } from '../design/notice.tsx';
import { useNow } from '../design/now.ts';
import { agoText } from '../design/when.ts';
import { exactTime, messageOf, named } from '../design/words.ts';
import { contentOf } from '../desk/draft.ts';
import { whoOf } from '../desk/people.ts';
import { useBench, useDesk, useElement, useSummary } from '../desk/use-desk.ts';
import { putBack } from './putting-back.ts';
import { type VersionLine, versionLines } from './version-lines.ts';

type Found = { readonly versions: Versions } | { readonly problem: string } | null;

export default function VersionsDialog({ id, close }: { readonly id: ElementId; readonly close: () => void }) {
  const { account, fetcher } = useSession();
  const bench = useBench();
  const view = useElement(id);
  const summary = useSummary(id);
  const [found, setFound] = useState<Found>(null);
  const [isBusy, setIsBusy] = useState(false);
  const { device, workspace } = bench;
  useEffect(() => {
    if (account === null) return undefined;
    let isOver = false;
    const readAgain = (): void =>
      void readVersions(askingOf(fetcher), { workspace, id }).then(
        (versions) => (isOver ? undefined : setFound({ versions })),
        (error: unknown) => (isOver ? undefined : setFound({ problem: messageOf(error) })),
      );
    // What is saved while one looks has a version of its own once the server has it.
    const stop = device.subscribe((event) => {
      if (event.event === 'settled' || ('groups' in event && event.id === id)) readAgain();
    });
    readAgain();
    return () => {
      isOver = true;
      stop();
    };
  }, [account, fetcher, device, workspace, id]);
  const restore = async (version: Version): Promise<void> => {
    if (view === null || view === undefined) return;
    setIsBusy(true);
    try {
      await putBack(bench, view, version, askingOf(fetcher));
    } catch (error) {
      notify({ text: 'Not put back', detail: messageOf(error), kind: 'problem' });
    } finally {
      setIsBusy(false);
    }
  };
  const content = view === null || view === undefined ? null : contentOf(view);
  const versions = found !== null && 'versions' in found ? found.versions : null;
  return (
    <Dialog
      title={`History of “${named(summary?.name ?? '')}”`}
      description="Every version the server has. Putting one back is a change like any other: what stands now stays in the history."
      close={close}
    >
      {account === null ? (
        <Empty icon={History} title="The history is kept on a server">
          Signed in, every version of what you save can be put back.
        </Empty>
      ) : found !== null && 'problem' in found ? (
        <p role="alert" className="text-sm text-muted">
          {found.problem}
        </p>
      ) : (
        <ol className="flex min-h-40 flex-col">
          {versions === null || summary === null
            ? null
            : versionLines(summary.kind, versions.versions, content).map((line) => (
                <Line
                  key={`${line.version.revision} ${line.version.status}`}
                  line={line}
                  names={versions.names}
                  restore={content === null || isBusy ? null : () => void restore(line.version)}
                />
              ))}
        </ol>
      )}
    </Dialog>
  );
}

function askingOf(fetcher: { get(path: string): Promise<Uint8Array> }): Asking {
  return async (path) => new TextDecoder().decode(await fetcher.get(path));
}

interface LineProps {
  readonly line: VersionLine;
  readonly names: Versions['names'];
  /** Null where it cannot be put back: it is in the trash, or something is under way. */
  readonly restore: (() => void) | null;
}

function Line({ line, names, restore }: LineProps) {
  const { seat } = useDesk();
  const now = useNow();
  const { version, did, fields } = line;
  const isAside = version.status === 'unmerged';
  return (
    <li className="flex items-start gap-3 border-b border-line py-2.5 last:border-none">
      <div className="min-w-0 flex-1">
        <p>
          <span className={classes('font-medium', isAside && 'text-warning')}>{did}</span>{' '}
          <span className="text-xs text-muted">
            {whoOf(seat, version.by, names).text}, <time title={exactTime(version.at)}>{agoText(version.at, now)}</time>
          </span>
        </p>
        <ul>
          {fields.map(({ name, value }) => (
            <li key={name} className="text-xs break-words">
              <span className="text-muted">{name}</span>
              {value === null ? null : (
                <span className="ml-2 font-mono break-all">{value === '' ? '(empty)' : value}</span>
              )}
            </li>
          ))}
        </ul>
      </div>
      {version.status === 'current' ? (
        <span className="shrink-0 text-xs leading-6 text-success">stands now</span>
      ) : (
        <Button
          size="small"
          icon={RotateCcw}
          aria-label={`Put back: ${did}, ${exactTime(version.at)}`}
          disabled={restore === null}
          onClick={() => restore?.()}
        >
          Put back
        </Button>
      )}
    </li>
  );
}
