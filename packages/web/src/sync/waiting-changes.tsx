/** Changes that the server does not have yet, by element. */
import { Popover } from '@base-ui/react/popover';
import { count, named } from '../design/words.ts';
import { useBench } from '../desk/use-desk.ts';
import { useUnsynced } from './use-sync.ts';

const SHOWN_MAX = 8;

export function WaitingChanges() {
  const bench = useBench();
  const elements = useUnsynced()?.elements ?? [];
  const more = elements.length - SHOWN_MAX;
  return (
    <div className="border-t border-line py-2">
      <h3 className="px-4 py-1 text-2xs font-medium text-muted">Saved on this device, waiting for the server</h3>
      <ul>
        {elements.slice(0, SHOWN_MAX).map(({ id, name, changes }) => {
          const isHere = bench.elements.summary(id)?.trashed === false;
          const text = (
            <>
              <span className="min-w-0 flex-1 truncate text-left">{named(name)}</span>
              <span className="shrink-0 text-xs text-muted">{count(changes, 'change')}</span>
            </>
          );
          return (
            <li key={id}>
              {isHere ? (
                <Popover.Close
                  render={
                    <button
                      type="button"
                      className="flex h-7 w-full items-center gap-2 px-4 hover:bg-hover"
                      onClick={() => bench.tabs.openElement(id)}
                    >
                      {text}
                    </button>
                  }
                />
              ) : (
                <span className="flex h-7 items-center gap-2 px-4">{text}</span>
              )}
            </li>
          );
        })}
      </ul>
      {more > 0 ? <p className="px-4 pt-1 text-xs text-muted">and {count(more, 'more element')}</p> : null}
    </div>
  );
}
