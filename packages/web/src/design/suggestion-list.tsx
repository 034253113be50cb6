/** What an input offers to complete, below it. The keyboard stays in the input. */
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { classes } from './classes.ts';
import type { Suggestion } from './suggesting.ts';

export interface SuggestionListProps {
  readonly id: string;
  readonly anchor: RefObject<HTMLInputElement | null>;
  readonly suggestions: readonly Suggestion[];
  readonly chosen: number;
  readonly take: (suggestion: Suggestion) => void;
}

const HEIGHT_MAX = 240;

export function SuggestionList({ id, anchor, suggestions, chosen, take }: SuggestionListProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = anchor.current?.getBoundingClientRect();
    if (box === undefined || list.current === null) return;
    const { style } = list.current;
    style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - 328))}px`;
    const isAbove = box.bottom + HEIGHT_MAX > window.innerHeight && box.top > HEIGHT_MAX;
    if (isAbove) style.bottom = `${window.innerHeight - box.top + 4}px`;
    else style.top = `${box.bottom + 4}px`;
  }, [anchor]);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return createPortal(
    <div
      ref={list}
      id={id}
      role="listbox"
      aria-label="Suggestions"
      style={{ maxHeight: HEIGHT_MAX }}
      className="fixed z-50 w-80 max-w-[calc(100vw-1rem)] overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-raised"
    >
      {suggestions.map((suggestion, at) => (
        <div
          key={suggestion.label}
          id={`${id}-${at}`}
          role="option"
          tabIndex={-1}
          aria-selected={at === chosen}
          className={classes(
            'flex h-7 items-center gap-3 rounded px-2 text-xs select-none',
            at === chosen ? 'bg-hover' : 'hover:bg-hover',
          )}
          // Before the input would lose the keyboard.
          onMouseDown={(event) => {
            event.preventDefault();
            take(suggestion);
          }}
        >
          <span className="max-w-full shrink-0 truncate font-mono">{suggestion.label}</span>
          <span className="min-w-0 flex-1 truncate text-right text-faint">{suggestion.detail}</span>
        </div>
      ))}
    </div>,
    document.body,
  );
}
