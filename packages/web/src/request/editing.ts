/** An element under edit, as the editors of its parts see it: its content now, and a way to change it by path. */
import { type Edit, PathError } from '@waypost/model';
import type { Content, ElementId } from '@waypost/protocol';
import { useMemo } from 'react';
import { notify } from '../design/notice.tsx';
import type { DraftState } from '../desk/drafts.ts';
import { useBench, useDraft } from '../desk/use-desk.ts';

export interface Editing {
  readonly id: ElementId;
  readonly kind: string;
  readonly content: Content;
  readonly edit: (edits: readonly Edit[]) => void;
  /** The content as it is after the last edit, before anything is painted again. */
  readonly now: () => Content;
  /** The content edited otherwise; its rows must know their ids. */
  readonly replace: (content: Content) => void;
}

/** Null while it is being read. */
export function useEditing(id: ElementId): (Editing & { readonly draft: DraftState }) | null {
  const { drafts, tabs } = useBench();
  const draft = useDraft(id);
  const edit = useMemo(
    () => (edits: readonly Edit[]) => {
      tabs.keep(id);
      try {
        drafts.edit(id, edits);
      } catch (error) {
        if (!(error instanceof PathError)) throw error;
        notify({ text: 'This cannot be edited here', detail: error.message, kind: 'problem' });
      }
    },
    [drafts, tabs, id],
  );
  return useMemo(
    () =>
      draft === null
        ? null
        : {
            ...{ id, kind: draft.kind, content: draft.content, draft, edit },
            now: () => drafts.contentOf(id) ?? draft.content,
            replace: (content) => {
              tabs.keep(id);
              drafts.replace(id, content);
            },
          },
    [id, draft, edit, drafts, tabs],
  );
}

/** The member in which a kind keeps its request; null for folders and collections, which have auth and scripts at their top. */
export function requestMember(kind: string): 'request' | 'originalRequest' | null {
  if (kind === 'request' || kind === 'history-entry') return 'request';
  return kind === 'example' ? 'originalRequest' : null;
}

export function requestPath(kind: string, member: string): string {
  const request = requestMember(kind);
  return request === null ? member : `${request}.${member}`;
}
