/** Elements that were copied or cut, until they are pasted: also into another workspace. */
import type { ElementId, WorkspaceId } from '@waypost/protocol';
import { createStore } from 'zustand/vanilla';

export interface Clip {
  readonly workspace: WorkspaceId;
  readonly ids: readonly ElementId[];
  readonly isCut: boolean;
}

export const clipboard = createStore<{ readonly clip: Clip | null }>(() => ({ clip: null }));
