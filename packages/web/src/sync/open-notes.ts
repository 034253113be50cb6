/** What has to be said about an element while its editor is open. Pure. */
import type { ElementState } from '@waypost/client';
import type { DraftState } from '../desk/drafts.ts';
import { groupNames } from '../conflicts/field-names.ts';
import { capital, listed } from '../design/words.ts';

export type OpenNote =
  | { readonly kind: 'deleted' | 'contested' | 'conflict' | 'merged'; readonly text: string }
  /** Goes by itself. */
  | { readonly kind: 'changed'; readonly text: string };

export interface Noted {
  readonly draft: DraftState;
  readonly state: ElementState | null;
  /** Who changed it last: "Desk"; null where nobody saw. */
  readonly by: string | null;
  /** What was just changed elsewhere, while it is news. */
  readonly news: { readonly groups: readonly string[] } | null;
}

/** The one that matters most; null where there is nothing to say. */
export function noteOn({ draft, state, by, news }: Noted): OpenNote | null {
  const who = by === null ? 'Somebody' : capital(by);
  const names = (groups: readonly string[]): string => listed(groupNames(draft.kind, groups, draft.content));
  if (draft.isDeleted) {
    const kept = draft.isDirty ? ' What you typed is still here.' : '';
    return { kind: 'deleted', text: `${by === null ? 'It was deleted elsewhere' : `${who} deleted it`}.${kept}` };
  }
  if (draft.contested.length > 0)
    return {
      kind: 'contested',
      text: `${who} changed ${names(draft.contested)} too: saving asks which one stands.`,
    };
  if (state === 'conflict')
    return { kind: 'conflict', text: 'Two versions of this met. Theirs stands until you decide.' };
  if (draft.merged.length > 0)
    return { kind: 'merged', text: `${names(draft.merged)} now has what was written elsewhere in it as well.` };
  if (news !== null) {
    const what = names(news.groups);
    return { kind: 'changed', text: `${who} changed ${what === '' ? 'this' : what}.` };
  }
  return null;
}
