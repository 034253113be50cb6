/** Hocuspocus's server process: its defaults, without authentication, with documents in SQLite. */
import { join } from 'node:path';

import { Database as DatabaseExtension } from '@hocuspocus/extension-database';
import { Server } from '@hocuspocus/server';
import Database from 'better-sqlite3';

import { announce } from '../forked-server.ts';

/** The schema and the statements of @hocuspocus/extension-sqlite, which asks for an SQLite driver that Node 24 lacks. */
const database = new Database(join(process.argv[2] ?? '.', 'hocuspocus.sqlite'));
database.exec(`CREATE TABLE IF NOT EXISTS "documents" (
  "name" varchar(255) NOT NULL,
  "data" blob NOT NULL,
  UNIQUE(name)
)`);
const select = database.prepare<[string], { data: Buffer }>(
  `SELECT data FROM "documents" WHERE name = ? ORDER BY rowid DESC`,
);
const upsert = database.prepare(
  `INSERT INTO "documents" ("name", "data") VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET data = excluded.data`,
);

/** One message may be a whole workspace of 100,000 requests, which is past the socket library's default of 100 MiB. */
const messageBytesMax = 1024 * 2 ** 20;

const server = new Server({
  address: '127.0.0.1',
  port: 0,
  quiet: true,
  stopOnSignals: false,
  websocketOptions: { maxPayload: messageBytesMax },
  extensions: [
    new DatabaseExtension({
      fetch: async ({ documentName }) => select.get(documentName)?.data ?? null,
      store: async ({ documentName, state }) => {
        upsert.run(documentName, state);
      },
    }),
  ],
});
await server.listen();
announce(server.address.port, () => server.destroy());
