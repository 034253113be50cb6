/** What IndexedDB throws, as errors with a sentence. */
import { WaypostError } from '@waypost/protocol';

export function goneError(): WaypostError {
  return new WaypostError('signed-out', 'The data of this account was removed from this device. Sign in again.');
}

export function storageError(error: unknown): unknown {
  if (error instanceof WaypostError || !(error instanceof DOMException)) return error;
  const { name: cause, message } = error;
  const failed = (sentence: string): WaypostError => new WaypostError('storage-failed', sentence, { cause });
  switch (cause) {
    case 'QuotaExceededError':
      return new WaypostError(
        'storage-full',
        'The browser gives this site no more room: free some space on the disk. Nothing that was saved is lost.',
        { cause },
      );
    case 'VersionError':
      return new WaypostError(
        'database-too-new',
        'What is kept in this browser was written by a newer Waypost: reload the page, or update the server.',
      );
    case 'InvalidStateError':
      return failed('The browser closed the storage of this site: reload the page.');
    case 'SecurityError':
    case 'NotAllowedError':
      return failed('This browser lets the site keep nothing: allow it to store data, or leave private browsing.');
    default:
      return failed(
        `The browser could not store or read data (${cause}: ${message}). Reload the page, then try again.`,
      );
  }
}
