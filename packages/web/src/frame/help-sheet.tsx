/** The shortcuts, to be looked up. */
import { Fragment } from 'react';
import { Dialog } from '../design/dialog.tsx';
import { BoxedKeys } from '../design/keys.tsx';
import { hideHelp } from './help-state.ts';
import { GROUPS, SHORTCUTS, TREE_SHORTCUTS } from './shortcuts.ts';

export default function HelpSheet() {
  return (
    <Dialog title="Keyboard shortcuts" width="wide" close={hideHelp}>
      <div className="columns-1 gap-8 sm:columns-2 lg:columns-3">
        {GROUPS.map((group) => (
          <Block key={group} title={group} lines={SHORTCUTS.filter((one) => one.group === group)} />
        ))}
        <Block title="In the collections" lines={TREE_SHORTCUTS} />
      </div>
    </Dialog>
  );
}

interface Line {
  readonly label: string;
  readonly keys: readonly string[];
}

function Block({ title, lines }: { readonly title: string; readonly lines: readonly Line[] }) {
  return (
    <section className="mb-6 break-inside-avoid">
      <h3 className="mb-1 text-xs font-medium text-faint">{title}</h3>
      <dl className="grid grid-cols-[1fr_auto] text-sm">
        {lines.map(({ label, keys }) => (
          <Fragment key={label}>
            <dt className="border-b border-line py-1.5 pr-3">{label}</dt>
            <dd className="flex items-center justify-end gap-1 border-b border-line py-1.5">
              {keys.map((combination) => (
                <BoxedKeys key={combination} combination={combination} />
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
