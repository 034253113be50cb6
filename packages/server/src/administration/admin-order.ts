/** What `waypost-server admin …` is asked to do, read from its words and flags. */
import type { DeviceId } from '@waypost/protocol';
import { isUuid } from '@waypost/protocol';

export type AdminOrder =
  | { readonly kind: 'list' }
  | { readonly kind: 'show' | 'disable' | 'enable' | 'reset-password'; readonly email: string }
  /** Without `confirmed` it only says what would go. */
  | { readonly kind: 'delete'; readonly email: string; readonly confirmed: boolean }
  /** `device` null: all. */
  | { readonly kind: 'sign-out'; readonly email: string; readonly device: DeviceId | null; readonly erase: boolean }
  | { readonly kind: 'audit'; readonly limit: number; readonly about: string | null };

export interface AdminFlags {
  readonly yes?: boolean | undefined;
  readonly erase?: boolean | undefined;
  readonly device?: string | undefined;
  readonly limit?: string | undefined;
}

const AUDIT_LIMIT = 100;
const AUDIT_LIMIT_MAX = 100_000;

/** Which flags belong to what; none is passed over in silence. */
const OWN_FLAGS: Readonly<Record<AdminOrder['kind'], readonly (keyof AdminFlags)[]>> = {
  list: [],
  show: [],
  disable: [],
  enable: [],
  'reset-password': [],
  delete: ['yes'],
  'sign-out': ['device', 'erase'],
  audit: ['limit'],
};

/** Or a sentence that says what is wrong. */
export function readAdminOrder(words: readonly string[], flags: AdminFlags): AdminOrder | string {
  const order = orderOf(words, flags);
  if (typeof order === 'string') return order;
  const given = (['yes', 'erase', 'device', 'limit'] as const).filter((name) => flags[name] !== undefined);
  const strange = given.find((name) => !OWN_FLAGS[order.kind].includes(name));
  return strange === undefined ? order : `--${strange} does not belong to "admin ${words.join(' ')}".`;
}

function orderOf(words: readonly string[], flags: AdminFlags): AdminOrder | string {
  const [first, second, third] = words;
  if (first === 'audit') return words.length <= 2 ? auditOrder(second ?? null, flags.limit) : tooMany(words, 2);
  if (first === 'reset-password') {
    if (second === undefined) return 'Name the account: waypost-server admin reset-password EMAIL.';
    return words.length === 2 ? { kind: first, email: second } : tooMany(words, 2);
  }
  if (first !== 'accounts') return UNKNOWN;
  if (second === 'list') return words.length === 2 ? { kind: 'list' } : tooMany(words, 2);
  if (second === undefined || !isAccountOrder(second)) return UNKNOWN;
  if (third === undefined) return `Name the account: waypost-server admin accounts ${second} EMAIL.`;
  if (words.length > 3) return tooMany(words, 3);
  if (second === 'delete') return { kind: second, email: third, confirmed: flags.yes === true };
  if (second !== 'sign-out') return { kind: second, email: third };
  const { device = null } = flags;
  if (device !== null && !isUuid(device)) return `--device takes the id of a device, as "admin accounts show" has it.`;
  return { kind: second, email: third, device: device as DeviceId | null, erase: flags.erase === true };
}

function isAccountOrder(word: string): word is 'show' | 'disable' | 'enable' | 'delete' | 'sign-out' {
  return ['show', 'disable', 'enable', 'delete', 'sign-out'].includes(word);
}

function auditOrder(about: string | null, limit: string | undefined): AdminOrder | string {
  const number = limit === undefined ? AUDIT_LIMIT : /^\d{1,6}$/.test(limit) ? Number(limit) : 0;
  if (number >= 1 && number <= AUDIT_LIMIT_MAX) return { kind: 'audit', limit: number, about };
  return `--limit takes a number from 1 to ${AUDIT_LIMIT_MAX}, not "${limit}".`;
}

function tooMany(words: readonly string[], wanted: number): string {
  return `There is something too much behind "admin ${words.slice(0, wanted).join(' ')}": "${words[wanted]}".`;
}

const UNKNOWN =
  'waypost-server admin knows "accounts list", "accounts show|disable|enable|delete|sign-out EMAIL", "reset-password EMAIL" and "audit".';
