/// <reference lib="webworker" />
/** Reads files to be imported off the screen's thread, and hands over what they hold in pieces. */
import { newElementId } from '../desk/new-id.ts';
import { readBlob, type ReadFile } from './reading.ts';

declare const self: DedicatedWorkerGlobalScope;

export interface ToRead {
  readonly name: string;
  readonly content: Blob | string;
}

export type FromReader =
  /** More elements of the file that comes next. */
  | { readonly kind: 'elements'; readonly elements: Extract<ReadFile, { kind: 'read' }>['elements'] }
  | { readonly kind: 'file'; readonly file: ReadFile }
  | { readonly kind: 'end' };

/** So that taking one message in is no pause anybody sees. */
const ELEMENTS_A_MESSAGE = 400;

self.addEventListener('message', ({ data }: MessageEvent<readonly ToRead[]>) => void readAll(data));

async function readAll(files: readonly ToRead[]): Promise<void> {
  const say = (message: FromReader): void => self.postMessage(message);
  for (const { name, content } of files) {
    const file = await readBlob(name, content, newElementId);
    if (file.kind === 'read') {
      const { elements, ...rest } = file;
      for (let at = 0; at < elements.length; at += ELEMENTS_A_MESSAGE)
        say({ kind: 'elements', elements: elements.slice(at, at + ELEMENTS_A_MESSAGE) });
      say({ kind: 'file', file: { ...rest, elements: [] } });
    } else say({ kind: 'file', file });
  }
  say({ kind: 'end' });
}
