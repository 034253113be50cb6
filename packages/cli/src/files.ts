/** Files that a person names: read with a sentence for what goes wrong, written whole or not at all. */
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { CommandError } from './failure.ts';
import type { Terminal } from './terminal.ts';

/** `-` is standard input. */
export async function readTextFile(file: string, terminal: Terminal): Promise<string> {
  if (file === '-') return terminal.text();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw fileError(error, file);
  }
}

/** On disk when this resolves. What was there stays until the new file is complete. */
export async function writeTextFile(file: string, text: string): Promise<void> {
  const unfinished = `${file}.${randomUUID()}.unfinished`;
  try {
    const handle = await open(unfinished, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw fileError(error, file);
  }
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

export function fileError(error: unknown, file: string): CommandError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new CommandError('file', `The file ${file} cannot be used: ${REASONS[code] ?? (code || String(error))}.`);
}
