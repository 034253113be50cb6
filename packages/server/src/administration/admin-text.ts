/** What administration says to a person at a terminal. */
import type { AccountDetails, AccountSummary, AuditEntry } from './admin-store.ts';

export function listText(accounts: readonly AccountSummary[], now: number): string {
  const rows = accounts.map((account) => [
    account.email,
    account.administrator ? 'administrator' : '',
    account.disabledAt === null ? '' : 'disabled',
    String(account.devices),
    ago(account.lastSeenAt, now),
    String(account.workspaces),
    String(account.elements),
    size(account.bytes),
  ]);
  return table(['ACCOUNT', '', '', 'DEVICES', 'LAST SEEN', 'WORKSPACES', 'ELEMENTS', 'SIZE'], rows);
}

export function accountText(account: AccountDetails, now: number): string {
  const about = [
    ['account', account.email],
    ['id', account.id],
    ['since', date(account.createdAt)],
    ...(account.administrator ? [['role', 'administrator of this server']] : []),
    ...(account.disabledAt === null ? [] : [['disabled', date(account.disabledAt)]]),
  ];
  const devices = account.signedIn.map((device) => [
    device.id,
    device.name,
    device.deviceKind,
    ago(device.lastSeenAt, now),
    String(device.pending),
  ]);
  return [
    table([], about),
    table(['DEVICE', 'NAME', 'KIND', 'LAST SEEN', 'WAITING'], devices),
    sizesText(account),
  ].join('\n\n');
}

export function deletionText(account: AccountDetails): string {
  return `${account.email}: ${account.devices} signed-in devices, ${account.workspaces} workspaces of its own with ${account.elements} elements (${size(account.bytes)}).\n${sizesText(account)}`;
}

function sizesText({ sizes }: AccountDetails): string {
  const rows = sizes.map((one) => [
    one.id,
    one.name,
    one.kind,
    one.role,
    String(one.elements),
    size(one.elementBytes),
    String(one.historyVersions),
    size(one.historyBytes),
  ]);
  return table(['WORKSPACE', 'NAME', 'KIND', 'ROLE', 'ELEMENTS', 'SIZE', 'VERSIONS', 'SIZE'], rows);
}

export function auditText(entries: readonly AuditEntry[]): string {
  const rows = entries.map(({ at, who, what, subject, origin, outcome }) => [
    new Date(at).toISOString(),
    who,
    what,
    subject ?? '',
    origin,
    outcome,
  ]);
  return table(['WHEN', 'WHO', 'WHAT', 'TO', 'FROM', 'OUTCOME'], rows);
}

/** Columns as wide as what is in them. Names are other people's: nothing in them may move the cursor. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = (head.length === 0 ? rows : [head, ...rows]).map((row) => row.map(printable));
  const widths = lines.reduce<number[]>(
    (widest, row) => row.map((cell, at) => Math.max(widest[at] ?? 0, cell.length)),
    [],
  );
  return lines
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function size(bytes: number): string {
  const step = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1_000 ** step).toFixed(step === 0 ? 0 : 1)} ${UNITS[step]}`;
}

function ago(at: number | null, now: number): string {
  if (at === null) return 'never';
  const minutes = Math.max(0, Math.floor((now - at) / 60_000));
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h ago` : date(at);
}

function date(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
