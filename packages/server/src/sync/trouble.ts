/** Trouble of the server itself, as devices are told of it: what to do is its operator's, and where it lies nobody else's. */
import { type ErrorCode, WaypostError } from '@waypost/protocol';

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  'storage-full': 'The server’s disk is full: its operator has to free some space. It is tried again by itself.',
  'storage-failed':
    'The server’s database does not work: its operator finds why in the log. It is tried again by itself.',
};

/** The sentence for devices, where the error is the server's trouble; null where it is the caller's. */
export function troubleOf(error: unknown): WaypostError | null {
  const sentence = error instanceof WaypostError ? SENTENCES[error.code] : undefined;
  return error instanceof WaypostError && sentence !== undefined ? new WaypostError(error.code, sentence) : null;
}
