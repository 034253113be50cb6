/** How a database means to answer every read of sync: its plan, a line a step, by statement. */
import type { Queries } from '../database.ts';
import { POSTGRES, SQLITE } from '../dialect.ts';
import { SqlSyncReader } from '../sync-reader.ts';
import { ACCOUNT, DEVICE, elementId, STREAM, WORKSPACE } from './stories.fixture.ts';

export async function plansOfReads(
  queries: Queries,
  name: 'sqlite' | 'postgres',
): Promise<ReadonlyMap<string, readonly string[]>> {
  const plans = new Map<string, string[]>();
  const [explain, column] = name === 'sqlite' ? ['EXPLAIN QUERY PLAN', 'detail'] : ['EXPLAIN', 'QUERY PLAN'];
  const explaining: Queries = {
    rows: async (sql, parameters) => {
      const plan = await queries.rows(`${explain} ${sql}`, parameters);
      plans.set(
        sql,
        plan.map((row) => String(row[column])),
      );
      return [];
    },
    run: async () => 0,
    put: async () => {},
  };
  const reader = new SqlSyncReader(explaining, name === 'sqlite' ? SQLITE : POSTGRES, WORKSPACE);
  const some = Array.from({ length: 50 }, (_, at) => elementId(at + 1));
  await reader.workspace();
  await reader.membership(ACCOUNT);
  await reader.deviceActive(DEVICE);
  await reader.rows(some);
  await reader.withAncestors(some);
  await reader.withDescendants(some);
  await reader.children(elementId(1));
  await reader.children(null);
  // As a device that is nearly up to date asks: for one that is not, walking the table is right.
  await reader.changedAbove(1_000, 10);
  await reader.elementsAfter(null, 10);
  await reader.streams([STREAM]);
  await reader.outcomesAbove(STREAM, 1);
  await reader.openConflicts(some);
  await reader.conflictsAbove(ACCOUNT, 1);
  await reader.history(elementId(1), 10);
  await reader.names([DEVICE]);
  await reader.trashedBefore(1, 10);
  await reader.tombstones(10);
  return plans;
}
