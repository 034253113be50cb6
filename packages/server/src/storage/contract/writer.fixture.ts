/** A process that commits one element after another and says so after each, until it is killed. */
import type { StoredElement } from '../../sync/store.ts';
import { SqliteDatabase } from '../sqlite-database.ts';
import { SqlSyncStore } from '../sync-store.ts';
import { commit, element } from './stories.fixture.ts';

const path = process.argv[2];
if (path === undefined) throw new Error('the path of the database is missing');
const store = new SqlSyncStore(new SqliteDatabase(path));
const rows = (head: number): StoredElement[] =>
  Array.from({ length: 20 }, (_, at) => element(head * 100 + at, { revision: head }));
for (;;) {
  const head = await commit(store, rows);
  process.stdout.write(`${head}\n`);
}
