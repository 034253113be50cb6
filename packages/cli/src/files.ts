/** Files that a person names: read with a sentence for what goes wrong, written whole or not at all. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { CommandError } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** `-` is standard input. */
export async function readTextFile(file: string, terminal: Terminal): Promise<string> {
  const bytes = file === '-' ? await terminal.bytes() : await readBytes(file);
  try {
    return decoded(bytes);
  } catch {
    const what = file === '-' ? 'Standard input' : `The file ${file}`;
    throw new CommandError('file', `${what} is not text in UTF-8: save it as UTF-8 and try again.`);
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw fileError(error, file);
  }
}

/** UTF-8, or UTF-16 that says so. Anything else would be changed by reading it. Throws TypeError. */
function decoded(bytes: Uint8Array): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const encoding = !isUtf16 ? 'utf-8' : bytes[0] === 0xff ? 'utf-16le' : 'utf-16be';
  // A byte order mark is for whoever reads the text: a collection may begin with one.
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: !isUtf16 }).decode(bytes);
}

/** A file that is begun before there is anything to put into it, so that a place nobody may write to shows at once. */
export interface NewFile {
  /** On disk when this resolves. What was there stays until the new file is complete. */
  finish(text: string): Promise<void>;
  /** Leaves what was there. */
  abandon(): Promise<void>;
}

export async function newTextFile(file: string): Promise<NewFile> {
  const unfinished = `${file}.${randomUUID()}.unfinished`;
  const abandon = async (): Promise<void> => rm(unfinished, { force: true });
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      await abandon();
      throw fileError(error, file, 'the folder it would go to does not exist');
    }
  };
  await attempt(async () => {
    const isFolder = await stat(file).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (isFolder) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    await (await open(unfinished, 'wx', 0o600)).close();
  });
  return {
    finish: (text) =>
      attempt(async () => {
        const handle = await open(unfinished, 'w');
        try {
          await handle.writeFile(text);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(unfinished, file);
      }),
    abandon,
  };
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be opened',
  EPERM: 'it may not be opened',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};

export function fileError(error: unknown, file: string, missing = REASONS['ENOENT']): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = code === 'ENOENT' ? missing : REASONS[code];
  return new CommandError('file', `The file ${file} cannot be used: ${reason ?? (code || String(error))}.`);
}
