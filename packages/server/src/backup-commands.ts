/** `waypost-server backup FILE` and `restore FILE`. Each returns what to tell whoever typed it. */
import { databaseFile, openDataFolder, StartError } from './data-folder.ts';
import { clock } from './platform.ts';
import type { Settings } from './settings.ts';
import { backUp, restore } from './storage/backup.ts';

/** While the server runs or not. Throws StartError, WaypostError. */
export async function runBackup(settings: Settings, file: string): Promise<string> {
  requireSqlite(settings);
  await backUp({ database: databaseFile(settings.data), backup: file });
  return `The backup is in ${file}.`;
}

/** Takes the data folder for itself meanwhile. Throws StartError, WaypostError. */
export async function runRestore(settings: Settings, file: string): Promise<string> {
  requireSqlite(settings);
  const folder = openDataFolder(settings.data);
  try {
    const kept = await restore({ database: folder.database, backup: file }, clock.now());
    const before = kept === null ? '' : ` What was there before is in ${kept}.`;
    return `${file} is restored into ${settings.data}: start the server again, and devices bring back what they have and it lacks.${before}`;
  } finally {
    folder.release();
  }
}

function requireSqlite({ databaseUrl }: Settings): void {
  if (databaseUrl !== null) {
    throw new StartError(
      'This is for SQLite: a PostgreSQL database is backed up with pg_dump and restored with pg_restore.',
    );
  }
}
