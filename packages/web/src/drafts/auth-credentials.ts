/** Credentials in the fields of an authentication, and how one becomes a variable whose value only this device has. */
import { authOf, authParameters, looksLikeCredential, textOf, variablesOf } from '@waypost/model';
import { type Content, type ElementId, memberOf, parseRecent, stringOf } from '@waypost/protocol';
import { GLOBALS } from '@waypost/runner';
import type { Bench } from '../desk/bench.ts';
import { ownerOf } from '../desk/variables.ts';
import { authTypeOf } from '../request/auth-types.ts';
import { requestPath } from '../request/editing.ts';

export interface AuthCredential {
  /** Where in the element. */
  readonly path: string;
  /** Of the field, as the editor shows it. */
  readonly label: string;
  readonly value: string;
  readonly reason: string;
  /** What a variable for it is called. */
  readonly variable: string;
}

export function authCredentials(kind: string, { data }: Content): AuthCredential[] {
  return secretFields(kind, data).flatMap((field) => {
    const reason = looksLikeCredential(`${field.key} secret`, field.value);
    return reason === null ? [] : [{ ...field, reason }];
  });
}

/** What is written into fields for secrets and is no variable yet, whatever it looks like. */
function secretFields(kind: string, data: Content['data']) {
  const auth = authOf(kind, data);
  const type = stringOf(memberOf(auth, 'type')) ?? '';
  if (auth === undefined) return [];
  const parameters = authParameters(auth, type);
  return (authTypeOf(type)?.fields ?? []).flatMap(({ key, label, isSecret }) => {
    const value = textOf(parameters.get(key)) ?? '';
    if (isSecret !== true || value === '' || value.includes('{{')) return [];
    return [{ key, path: `${requestPath(kind, 'auth')}.${type}[${key}]`, label, value, variable: nameFor(type, key) }];
  });
}

/** Keys that say too little outside of their form. */
const NAMES: Readonly<Record<string, string>> = {
  'bearer.token': 'bearerToken',
  'apikey.value': 'apiKey',
  'jwt.secret': 'jwtSecret',
};

function nameFor(type: string, key: string): string {
  return NAMES[`${type}.${key}`] ?? key;
}

export interface KeptHere {
  readonly variable: string;
  /** As it was before. */
  readonly undo: () => Promise<void>;
}

/**
 * The field refers to a variable from now on, and the variable has its value on this device only. It is one of the
 * collection the element stands in, so that all requests in there can use it; of the globals where there is none.
 * Null where there is nothing in the field.
 */
export async function keepAuthHere(bench: Bench, id: ElementId, path: string): Promise<KeptHere | null> {
  const state = bench.drafts.state(id);
  const field = state === null ? undefined : secretFields(state.kind, state.content.data).find((f) => f.path === path);
  if (state === null || field === undefined) return null;
  const owner = await ownerFor(bench, { id, kind: state.kind, parent: state.parent });
  const local = bench.variables.localOf(owner);
  const taken = await namesTaken(bench, id, state.parent);
  const isFree = (name: string): boolean => {
    const known = local.get(name);
    return known === undefined ? !taken.has(name) : 'value' in known && known.value === field.value;
  };
  let variable = field.variable;
  for (let count = 2; !isFree(variable); count += 1) variable = `${field.variable}${count}`;
  const isNew = !local.has(variable);
  // First the value: a reference to nothing would be sent as it is written.
  if (isNew) await bench.variables.setLocal(owner, variable, { value: field.value });
  bench.drafts.edit(id, [{ op: 'text', path, text: `{{${variable}}}` }]);
  const undo = async (): Promise<void> => {
    bench.drafts.edit(id, [{ op: 'text', path, text: field.value }]);
    if (isNew) await bench.variables.setLocal(owner, variable, null);
  };
  return { variable, undo };
}

interface Place {
  readonly id: ElementId;
  readonly kind: string;
  readonly parent: ElementId | null;
}

async function ownerFor(bench: Bench, { id, kind, parent }: Place): Promise<string> {
  const above = parent === null ? [] : [parent, ...bench.elements.ancestors(parent).map((one) => one.id)];
  const top = [id, ...above].findLast((one) => {
    const itsKind = one === id ? kind : bench.elements.summary(one)?.kind;
    return itsKind === 'collection' || itsKind === 'folder';
  });
  if (top !== undefined) return top;
  // Values of globals are shown in their tab, so there has to be one.
  if (!bench.elements.list(null).some((one) => one.kind === 'globals' && !one.trashed))
    await bench.drafts.save(bench.drafts.begin('globals', { parent: null, name: 'Globals' }), { place: null });
  return GLOBALS;
}

/** Of every environment, not only of the one in force: each of them would win over the collection. */
async function namesTaken(bench: Bench, id: ElementId, parent: ElementId | null): Promise<ReadonlySet<string>> {
  const environments = bench.elements.list(null).filter(({ kind }) => kind === 'environment');
  const ids = new Set([id, ...environments.map((one) => one.id), ...bench.variables.sourcesBelow(parent)]);
  const views = await Promise.all([...ids].map((one) => bench.elements.read(one)));
  return new Set(
    views.flatMap((view) =>
      view === null
        ? []
        : [
            ...variablesOf(parseRecent(view.data)).map(({ key }) => key),
            ...bench.variables.localOf(ownerOf(view)).keys(),
          ],
    ),
  );
}
