/** Variables of an environment, the globals, a collection or a folder: shared and local values side by side. */
import type { ElementId } from '@waypost/protocol';
import { Eye, EyeOff, Share2, X } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { Button, IconButton } from '../design/button.tsx';
import { useBench, useElement } from '../desk/use-desk.ts';
import { useLocalValues, useVariableLook } from '../desk/use-variables.ts';
import { contentOf } from '../desk/draft.ts';
import { ownerOf, textOfValue } from '../desk/variables.ts';
import { keepHere } from '../drafts/shared-credentials.ts';
import type { Editing } from '../request/editing.ts';
import { RowsPane } from '../request/rows-pane.tsx';
import { adding, tableRows } from '../request/rows.ts';
import { variableColumns } from './variable-columns.tsx';

export interface VariablesSectionProps {
  readonly editing: Editing;
  readonly path: 'values' | 'variable';
  /** What it stands in. */
  readonly parent: ElementId | null;
}

export function VariablesSection({ editing, path, parent }: VariablesSectionProps) {
  const bench = useBench();
  const scroller = useRef<HTMLDivElement>(null);
  const [showsSecrets, setShowsSecrets] = useState(false);
  const owner = ownerOf(editing);
  const local = useLocalValues(owner);
  const variables = useVariableLook(parent);
  const saved = useElement(editing.id);
  const { edit, id, kind } = editing;
  const columns = useMemo(() => {
    const before = saved == null ? [] : tableRows(kind, contentOf(saved), path);
    const names = new Map(before.map((row) => [row.id, row.key]));
    return variableColumns({
      ...{ edit, path, variables, local, showsSecrets },
      localName: (row) => {
        const known = names.get(row.id);
        return known === undefined || known === '' ? row.key : known;
      },
      setLocal: (name, value) => void bench.variables.setLocal(owner, name, value === null ? null : { value }),
      keepHere: (key) => void keepHere(bench, id, [key]),
    });
  }, [bench, edit, id, kind, path, variables, local, showsSecrets, saved, owner]);
  return (
    <div ref={scroller} className="relative flex min-h-0 flex-1 flex-col overflow-y-auto">
      <RowsPane
        title="Variables"
        editing={editing}
        path={path}
        rowName="Variable"
        columns={columns}
        variables={variables}
        scroller={scroller}
        hasTitles
        aside={
          <Button
            look="quiet"
            size="small"
            icon={showsSecrets ? EyeOff : Eye}
            aria-pressed={showsSecrets}
            onClick={() => setShowsSecrets(!showsSecrets)}
          >
            {showsSecrets ? 'Hide secrets' : 'Show secrets'}
          </Button>
        }
      />
      <OnlyHere editing={editing} path={path} owner={owner} />
      <p className="px-4 py-3 text-xs text-faint">
        When a request is sent from this device, the local value counts where there is one. It is in nothing that syncs;
        it leaves the device only inside of requests.
      </p>
    </div>
  );
}

/** Values without a variable that is shared: set by scripts, taken out of fields, or left behind when somebody else took the variable away. */
function OnlyHere({
  editing,
  path,
  owner,
}: Pick<VariablesSectionProps, 'editing' | 'path'> & { readonly owner: string }) {
  const bench = useBench();
  const local = useLocalValues(owner);
  const saved = useElement(editing.id);
  const names = new Set([
    ...tableRows(editing.kind, editing.content, path).map(({ key }) => key),
    ...(saved == null ? [] : tableRows(editing.kind, contentOf(saved), path).map(({ key }) => key)),
  ]);
  const only = [...local].flatMap(([name, value]) =>
    names.has(name) || 'unset' in value ? [] : [[name, value] as const],
  );
  if (only.length === 0) return null;
  return (
    <section aria-label="Only on this device" className="mt-4">
      <h3 className="px-3 pb-1 text-xs font-medium text-muted">Only on this device</h3>
      <p className="px-3 pb-2 text-xs text-faint">
        Set by scripts, kept here, or left when its variable was taken away. Nobody else sees these names or values.
      </p>
      <ul>
        {only.map(([name, value]) => (
          <li key={name} className="flex h-8 items-center gap-3 border-t border-line px-3 font-mono text-xs">
            <span className="w-1/4 shrink-0 truncate">{name}</span>
            <span className="min-w-0 flex-1 truncate text-muted">{textOfValue(value.value)}</span>
            <IconButton
              size="small"
              icon={Share2}
              label={`Share the name ${name}; its value stays here`}
              onClick={() => editing.edit(adding(path, 'key', name))}
            />
            <IconButton
              size="small"
              icon={X}
              label={`Forget ${name}`}
              onClick={() => void bench.variables.setLocal(owner, name, null)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
