/** What a person drops or chooses, as files to read: folders with all JSON files in them. */
import type { ToRead } from './read-worker.ts';

/** A dump of everything has a few hundred; more is a mistake, a home folder perhaps. */
const FILES_MAX = 2_000;

export function holdsFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') === true;
}

/** Entries have to be asked for at once; they are empty after the event. */
export async function filesOfDrop(transfer: DataTransfer): Promise<ToRead[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return filesOf(transfer.files);
  const found: ToRead[] = [];
  for (const entry of entries) await collect(entry, found, entry.isFile);
  return found;
}

export function filesOf(files: Iterable<File>): ToRead[] {
  const all = [...files].slice(0, FILES_MAX);
  // A chosen folder brings whatever lies in it.
  return all
    .filter((file) => file.webkitRelativePath === '' || isJson(file.name))
    .map((file) => ({ name: file.webkitRelativePath || file.name, content: file }));
}

async function collect(entry: FileSystemEntry, found: ToRead[], isNamed: boolean): Promise<void> {
  if (found.length >= FILES_MAX) return;
  if (entry.isFile) {
    if (!isNamed && !isJson(entry.name)) return;
    const name = entry.fullPath.replace(/^\//, '');
    const content = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ name, content });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A folder is read in pieces, until one is empty.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const one of some) await collect(one, found, false);
  }
}

function isJson(name: string): boolean {
  return /\.json$/i.test(name);
}
