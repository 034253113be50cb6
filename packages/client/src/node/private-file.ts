/** Small files that only this person may read, replaced whole or not at all. */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { WaypostError } from '@waypost/protocol';
import type * as z from 'zod/mini';
import { saying, syncFolder } from './sqlite-file.ts';

const UNFINISHED = '.unfinished';

/** On disk, under its name, when this returns; at no time is it there in part. */
export function writePrivateFile(file: string, content: string | Uint8Array): void {
  const unfinished = `${file}.${randomUUID()}${UNFINISHED}`;
  saying(file, () => {
    try {
      const handle = openSync(unfinished, 'wx', 0o600);
      try {
        const bytes = typeof content === 'string' ? Buffer.from(content) : content;
        for (let written = 0; written < bytes.length; ) written += writeSync(handle, bytes, written);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(unfinished, file);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
    syncFolder(dirname(file));
  });
}

/** What a killed process left of a file it was writing. */
export function isUnfinished(name: string): boolean {
  return name.endsWith(UNFINISHED);
}

/** Null where there is no file. Throws `storage-failed` where it is damaged, `database-too-new` for a later format. */
export function readPrivateJson<Schema extends z.ZodMiniType>(
  file: string,
  schema: Schema,
  format: number,
): z.infer<Schema> | null {
  const text = saying(file, () => readIfThere(file));
  if (text === null) return null;
  const value = parsed(text);
  if (typeof value === 'object' && value !== null && 'format' in value && Number(value.format) > format) {
    throw new WaypostError('database-too-new', `${file} was written by a newer Waypost: update this one.`);
  }
  const read = schema.safeParse(value);
  if (!read.success)
    throw new WaypostError(
      'storage-failed',
      `${file} is damaged: restore it from a copy, or move it away to begin anew.`,
    );
  return read.data;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
