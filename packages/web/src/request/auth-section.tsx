/** The authentication of a request, a folder or a collection: its own, what it inherits and from where, or none. */
import { authOf, authParameters, textOf } from '@waypost/model';
import { type ElementId, type JsonNode, memberOf, parseRecent, stringOf } from '@waypost/protocol';
import { ChevronDown, ChevronRight, CornerLeftUp, MonitorSmartphone, ShieldAlert } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../design/button.tsx';
import { later } from '../design/later.ts';
import { notify } from '../design/notice.tsx';
import { Select } from '../design/select.tsx';
import type { VariableLook } from '../design/variable-look.ts';
import { useAncestors } from '../desk/use-ancestors.ts';
import { useBench } from '../desk/use-desk.ts';
import { authCredentials, keepAuthHere } from '../drafts/auth-credentials.ts';
import { AuthField } from './auth-field.tsx';
import { AUTH_TYPES, type AuthField as Field, authTypeOf, isInForce } from './auth-types.ts';
import { type Editing, requestPath } from './editing.ts';

const TokenPanel = later(() => import('../sending/token-panel.tsx'));

export interface AuthSectionProps {
  readonly editing: Editing;
  /** What it stands in. */
  readonly parent: ElementId | null;
  readonly variables: VariableLook;
}

const INHERIT = 'inherit';
const NONE = 'noauth';

export default function AuthSection({ editing, parent, variables }: AuthSectionProps) {
  const { kind, content, edit } = editing;
  const path = requestPath(kind, 'auth');
  const auth = authOf(kind, content.data);
  const type = stringOf(memberOf(auth, 'type')) ?? '';
  const mayInherit = kind !== 'collection';
  const chosen = type === '' ? (mayInherit ? INHERIT : NONE) : type;
  const known = authTypeOf(type);
  const choose = (next: string): void => {
    if (next === INHERIT || (next === NONE && !mayInherit)) edit([{ op: 'unset', path }]);
    else edit([{ op: 'text', path: `${path}.type`, text: next }]);
  };
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="flex max-w-2xl flex-col gap-3 p-4">
        <div className="grid grid-cols-[140px_minmax(0,1fr)] items-center gap-x-4 max-md:grid-cols-1">
          <span className="text-sm text-muted">Type</span>
          <Select
            label="Type of authentication"
            value={chosen}
            choose={choose}
            className="w-full"
            options={[
              ...(mayInherit ? [{ value: INHERIT, label: 'Inherit' }] : []),
              { value: NONE, label: 'None' },
              ...AUTH_TYPES.map((one) => ({ value: one.type, label: one.label })),
              ...(type === '' || type === NONE || known !== undefined ? [] : [{ value: type, label: type }]),
            ]}
          />
        </div>
        {chosen === INHERIT ? (
          <Inherited parent={parent} />
        ) : chosen === NONE ? (
          <p className="text-sm text-muted">
            Sent without authentication{mayInherit ? ', whatever the folders and the collection around it say' : ''}.
          </p>
        ) : auth === undefined || known === undefined ? (
          <p className="text-sm text-muted">
            Waypost has no fields for “{type}”. What is there is kept as it is, and sent if the sender knows it.
          </p>
        ) : (
          <Fields key={type} editing={editing} auth={auth} type={type} path={path} variables={variables} />
        )}
      </div>
    </div>
  );
}

interface FieldsProps {
  readonly editing: Editing;
  readonly auth: JsonNode;
  readonly type: string;
  readonly path: string;
  readonly variables: VariableLook;
}

function Fields({ editing, auth, type, path, variables }: FieldsProps) {
  const bench = useBench();
  const [isMore, setIsMore] = useState(false);
  const known = authTypeOf(type);
  if (known === undefined) return null;
  const parameters = authParameters(auth, type);
  const at = (key: string): string => `${path}.${type}[${key}]`;
  const hasMore = known.fields.some(({ isAdvanced }) => isAdvanced === true);
  const valueOf = (key: string): string => textOf(parameters.get(key)) ?? '';
  const shown = known.fields.filter(
    (field) =>
      isInForce(known, field, valueOf) && (isMore || field.isAdvanced !== true || isWrittenSecret(field, valueOf)),
  );
  const [credential] = authCredentials(editing.kind, editing.content);
  const keepHere = async (where: string): Promise<void> => {
    const kept = await keepAuthHere(bench, editing.id, where);
    if (kept === null) return;
    notify({
      text: 'Kept on this device',
      detail: `It is the local value of the variable ${kept.variable}, and never synced.`,
      action: { label: 'Undo', act: () => void kept.undo() },
    });
  };
  return (
    <>
      <p className="text-xs text-faint">{known.about}</p>
      {shown.map((field) => (
        <AuthField
          key={field.key}
          field={field}
          value={valueOf(field.key)}
          variables={variables}
          write={(text) => editing.edit([{ op: 'text', path: at(field.key), text }])}
          keepHere={() => void keepHere(at(field.key))}
          turn={(isOn) => editing.edit([{ op: 'json', path: at(field.key), json: String(isOn) }])}
        />
      ))}
      {type === 'oauth2' ? <TokenPanel editing={editing} /> : null}
      {credential === undefined ? null : (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-warning-soft px-3 py-2 text-xs text-warning">
          <ShieldAlert aria-hidden size={14} className="shrink-0" />
          <p className="min-w-48 flex-1">
            {credential.label} is saved with this {nounOf(editing.kind)} and syncs to everybody in the workspace.
          </p>
          <Button size="small" icon={MonitorSmartphone} onClick={() => void keepHere(credential.path)}>
            Keep on this device
          </Button>
        </div>
      )}
      {hasMore ? (
        <div>
          <Button
            look="quiet"
            size="small"
            icon={isMore ? ChevronDown : ChevronRight}
            aria-expanded={isMore}
            onClick={() => setIsMore(!isMore)}
          >
            {isMore ? 'Less' : 'More'}
          </Button>
        </div>
      ) : null}
    </>
  );
}

/** Something secret that is sent is never out of sight. */
function isWrittenSecret({ key, isSecret }: Field, valueOf: (key: string) => string): boolean {
  return isSecret === true && valueOf(key) !== '';
}

/** What is inherited, and the way to where it stands. */
function Inherited({ parent }: { readonly parent: ElementId | null }) {
  const { tabs } = useBench();
  const above = useAncestors(parent);
  if (parent === null)
    return <p className="text-sm text-muted">Nothing is above it, so it is sent without authentication.</p>;
  const giver = above?.find(
    ({ kind, data }) => (stringOf(memberOf(authOf(kind, parseRecent(data)), 'type')) ?? '') !== '',
  );
  if (above === null) return null;
  if (giver === undefined)
    return (
      <p className="text-sm text-muted">
        Nothing above it names an authentication, so it is sent without. Set one on the folder or the collection, and
        all requests in it have it.
      </p>
    );
  const type = stringOf(memberOf(authOf(giver.kind, parseRecent(giver.data)), 'type')) ?? '';
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-md border border-line px-3 py-2 text-sm">
      <CornerLeftUp aria-hidden size={15} className="text-muted" />
      <span className="min-w-0 flex-1">
        {type === NONE ? 'None' : (authTypeOf(type)?.label ?? type)}, from the {giver.kind}{' '}
        <strong className="font-medium">{giver.name}</strong>
      </span>
      <Button size="small" onClick={() => tabs.openElement(giver.id)}>
        Open {giver.kind}
      </Button>
    </div>
  );
}

function nounOf(kind: string): string {
  return kind === 'history-entry' ? 'entry' : kind;
}
