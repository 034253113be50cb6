/** Closes the tab of something that is gone, with what was typed in it. */
import type { ElementId } from '@waypost/protocol';
import type { Bench } from '../desk/bench.ts';

export async function closeDeleted({ drafts, tabs }: Bench, id: ElementId): Promise<void> {
  await drafts.discard(id);
  tabs.close(id);
}
