/** The record of who did what, when and from where. Rows are only added, and forgotten when they are old. */
import { normalEmail } from '../accounts/account-store.ts';
import type { AuditBounds, AuditEntry, AuditFilter } from '../administration/admin-store.ts';
import { integer, nameText, text, textOrNull } from './columns.ts';
import type { Database, Queries } from './database.ts';

export async function recordEntry(queries: Queries, entry: AuditEntry): Promise<void> {
  const { at, who, what, subject, origin, outcome } = entry;
  await queries.run('INSERT INTO audit (at, who, what, subject, origin, outcome) VALUES (?, ?, ?, ?, ?, ?)', [
    ...[at, nameText(who), what, subject === null ? null : nameText(subject), nameText(origin), outcome],
  ]);
}

export async function readAudit(database: Database, { limit, about }: AuditFilter): Promise<AuditEntry[]> {
  const where = about === null ? '' : ' WHERE ? IN (audit.who, audit.subject, doers.email, subjects.email)';
  const sql = `SELECT audit.at, coalesce(doers.email, audit.who) AS who, audit.what,
      coalesce(subjects.email, audit.subject) AS subject, audit.origin, audit.outcome
    FROM audit LEFT JOIN accounts AS doers ON doers.id = audit.who
    LEFT JOIN accounts AS subjects ON subjects.id = audit.subject${where} ORDER BY audit.serial DESC LIMIT ?`;
  const parameters = about === null ? [limit] : [normalEmail(about), limit];
  const rows = await database.read((queries) => queries.rows(sql, parameters));
  return rows.map((row) => ({
    at: integer(row, 'at'),
    who: text(row, 'who'),
    what: text(row, 'what'),
    subject: textOrNull(row, 'subject'),
    origin: text(row, 'origin'),
    outcome: text(row, 'outcome'),
  }));
}

export async function thinAudit(queries: Queries, { before, entriesMax }: AuditBounds): Promise<void> {
  await queries.run('DELETE FROM audit WHERE at < ?', [before]);
  await queries.run('DELETE FROM audit WHERE serial <= (SELECT max(serial) FROM audit) - ?', [entriesMax]);
}
