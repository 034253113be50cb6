/** Says, before sending, which variables have no value. */
import { effectiveAuth } from '@waypost/model';
import { type ElementId, parseRecent } from '@waypost/protocol';
import { TriangleAlert } from 'lucide-react';
import { useDeferredValue, useMemo } from 'react';
import { Button } from '../design/button.tsx';
import { useAncestors } from '../desk/use-ancestors.ts';
import { useBench } from '../desk/use-desk.ts';
import { useEnvironment, useScopes } from '../desk/use-variables.ts';
import { showPanel } from '../frame/sidebar-panel.ts';
import type { Editing } from './editing.ts';
import { unresolvedIn } from './unresolved.ts';

export interface UnresolvedNoticeProps {
  readonly editing: Editing;
  readonly parent: ElementId | null;
}

const SHOWN_MAX = 4;

export function UnresolvedNotice({ editing, parent }: UnresolvedNoticeProps) {
  const { tabs } = useBench();
  const environment = useEnvironment();
  const scopes = useScopes(parent);
  const above = useAncestors(parent);
  const { kind } = editing;
  // Looked for in a moment of its own: a long body takes longer than a keystroke should.
  const content = useDeferredValue(editing.content);
  const { unknown, cyclic } = useMemo(() => {
    const levels = (above ?? []).map((one) => ({ kind: one.kind, data: parseRecent(one.data) }));
    const auth = effectiveAuth([{ kind, data: content.data }, ...levels]);
    return unresolvedIn(kind, content, { scopes, auth });
  }, [kind, content, scopes, above]);
  const names = [...unknown, ...cyclic];
  if (names.length === 0) return null;
  const shown = names.slice(0, SHOWN_MAX).map((name) => `{{${name}}}`);
  const rest = names.length - shown.length;
  return (
    <div role="status" className="flex items-center gap-2 bg-warning-soft px-3 py-1 text-xs text-warning">
      <TriangleAlert aria-hidden size={13} className="shrink-0" />
      <span className="min-w-0 flex-1 break-words">
        <span className="font-mono">{shown.join(' ')}</span>
        {rest > 0 ? ` and ${rest} more` : ''} {names.length === 1 ? 'has' : 'have'} no value and{' '}
        {names.length === 1 ? 'is' : 'are'} sent as written.
      </span>
      <Button
        look="quiet"
        size="small"
        onClick={() => (environment === null ? showPanel('environments') : tabs.openElement(environment))}
      >
        {environment === null ? 'Choose an environment' : 'Open the environment'}
      </Button>
    </div>
  );
}
