/** Which element may stand where. */
import { isKind, schemas } from './kinds/schemas.ts';

/** Kinds that belong to a person and are synced only between that person's devices. */
const ACCOUNT_KINDS: readonly string[] = ['header-preset', 'history-entry', 'settings'];

/** The kind of workspace an element lives in: one that can be shared, or the account's own. */
export type Home = 'workspace' | 'account';

export function homeOf(kind: string): Home {
  return ACCOUNT_KINDS.includes(kind) ? 'account' : 'workspace';
}

/** Whether an element of a kind may stand below a parent (null: at the top). Kinds from a newer version may stand anywhere. */
export function mayStand(kind: string, parentKind: string | null): boolean {
  if (parentKind === null) return schemas(kind).top;
  if (!isKind(kind) || !isKind(parentKind)) return true;
  return schemas(parentKind).children.includes(kind);
}

/** Why an element may not stand there, in a sentence; null where it may. */
export function standingProblem(kind: string, parentKind: string | null): string | null {
  if (mayStand(kind, parentKind)) return null;
  const parents = parentKindsOf(kind);
  const where = parents.length === 0 ? 'at the top' : `below a ${parents.join(' or a ')}`;
  return parentKind === null
    ? `${article(kind)} cannot stand at the top: it stands ${where}.`
    : `${article(kind)} cannot stand below ${article(parentKind).toLowerCase()}: it stands ${where}.`;
}

function parentKindsOf(kind: string): string[] {
  return ['collection', 'folder', 'request'].filter((parent) => schemas(parent).children.includes(kind));
}

function article(kind: string): string {
  return `${/^[aeiou]/.test(kind) ? 'An' : 'A'} ${kind}`;
}
