/** Real files for tests, where they are present: `WAYPOST_CORPUS`, or the folder beside the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface CorpusFile {
  readonly name: string;
  readonly text: string;
}

export const corpusFolder =
  process.env['WAYPOST_CORPUS'] ?? fileURLToPath(new URL('../../../../../shared/corpus', import.meta.url));

export const hasCorpus = existsSync(corpusFolder);

/** Every file of a folder of the corpus. None where there is no corpus; a folder that is there must not be empty. */
export function corpusFiles(kind: string): readonly CorpusFile[] {
  const path = join(corpusFolder, kind);
  if (!existsSync(path)) return [];
  const files = readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ name, text: readFileSync(join(path, name), 'utf8') }));
  say(`${files.length} real files read: ${kind}`);
  if (files.length === 0) throw new Error(`The folder ${path} is there, but yields no files.`);
  return files;
}

/** Seen whatever the reporter: a run that read nothing must not look like one that found nothing wrong. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
