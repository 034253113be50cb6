/**
 * Most elements on the wire are of the plainest form there is. Those are recognized here in a twentieth of the time that
 * the schema takes; all others, and all that is wrong, are the schema's.
 */
import { ELEMENT_BYTES_MAX, GROUPS_PER_WRITE_MAX, NAME_CHARS_MAX } from './limits.ts';
import { GROUP_CHARS_MAX, ORDER_CHARS_MAX, ROW_ID_CHARS_MAX, UUID, type WireElement } from './messages.ts';

const META = ['id', 'kind', 'schema', 'parent', 'order', 'revision', 'created', 'stamps', 'trashed', 'by', 'at'];
const WHOLE = new Set([...META, 'data', 'rows', 'origin']);
const PATCH = new Set([...META, 'changed', 'sum']);

/** What `wireElementSchema` takes as it is. False says nothing: then the schema has to be asked. */
export function isPlainWireElement(value: unknown): value is WireElement {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  const wanted = 'changed' in value ? PATCH : WHOLE;
  if (names.length !== wanted.size || !names.every((name) => wanted.has(name))) return false;
  return hasPlainMeta(value) && ('changed' in value ? hasPlainPatch(value) : hasPlainContent(value));
}

function hasPlainMeta(value: Members): boolean {
  const { kind, order, by } = value;
  return (
    isUuid(value['id']) &&
    isShort(kind, NAME_CHARS_MAX) &&
    isCount(value['schema']) &&
    (value['parent'] === null || isUuid(value['parent'])) &&
    isOrder(order) &&
    isCount(value['revision']) &&
    isPlainStamp(value['created']) &&
    hasPlainStamps(value['stamps']) &&
    value['trashed'] === null &&
    isObject(by) &&
    Object.keys(by).length === 2 &&
    isUuid(by['account']) &&
    isUuid(by['device']) &&
    Number.isFinite(value['at'])
  );
}

function hasPlainContent({ data, rows, origin }: Members): boolean {
  return isJsonText(data) && hasPlainRows(rows) && (origin === null || isJsonText(origin));
}

function hasPlainRows(tables: unknown): boolean {
  if (!isObject(tables)) return false;
  for (const path of Object.keys(tables)) {
    const rows = tables[path];
    if (path === '__proto__' || !Array.isArray(rows) || rows.length > GROUPS_PER_WRITE_MAX) return false;
    if (!rows.every(isPlainRow)) return false;
  }
  return true;
}

function isPlainRow(row: unknown): boolean {
  return isObject(row) && Object.keys(row).length === 2 && isRowId(row['id']) && isOrder(row['order']);
}

function hasPlainPatch({ changed, sum }: Members): boolean {
  if (!Array.isArray(changed) || !isPlainSum(sum)) return false;
  return changed.every((pair: unknown) => {
    if (!Array.isArray(pair) || pair.length !== 2) return false;
    const [group, text] = pair as [unknown, unknown];
    return isGroup(group) && (text === null || isJsonText(text));
  });
}

function isPlainSum(sum: unknown): boolean {
  return isObject(sum) && Object.keys(sum).length === 2 && isCount(sum['a']) && isCount(sum['b']);
}

function hasPlainStamps(stamps: unknown): boolean {
  if (!isObject(stamps)) return false;
  for (const group of Object.keys(stamps)) if (!isGroup(group) || !isPlainStamp(stamps[group])) return false;
  return true;
}

/** One without a revision of an earlier epoch. */
function isPlainStamp(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && isCount(value[0]) && (value[1] === null || isUuid(value[1]));
}

type Members = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isUuid(value: unknown): boolean {
  return typeof value === 'string' && UUID.test(value);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isShort(value: unknown, charsMax: number): boolean {
  return typeof value === 'string' && value.length <= charsMax;
}

function isOrder(value: unknown): boolean {
  return isShort(value, ORDER_CHARS_MAX) && value !== '';
}

function isRowId(value: unknown): boolean {
  return isShort(value, ROW_ID_CHARS_MAX) && value !== '';
}

function isGroup(value: unknown): boolean {
  return isShort(value, GROUP_CHARS_MAX) && value !== '' && value !== '__proto__';
}

function isJsonText(value: unknown): boolean {
  return isShort(value, ELEMENT_BYTES_MAX);
}
