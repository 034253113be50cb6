/** `waypost-server backup FILE` and `restore FILE`. Each returns what to tell whoever typed it. */
import { StartError } from './data-folder.ts';
import type { Settings } from './settings.ts';

export async function backUp(settings: Settings, _file: string): Promise<string> {
  throw new StartError(settings.data);
}

export async function restore(settings: Settings, _file: string): Promise<string> {
  throw new StartError(settings.data);
}
