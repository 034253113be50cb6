/** The name of an element, being written in place: Enter and leaving keep it, Escape does not. */
import { useEffect, useRef, useState } from 'react';

export function RenameField({
  name,
  done,
}: {
  readonly name: string;
  /** Null: as it was. */
  readonly done: (name: string | null) => void;
}) {
  const [text, setText] = useState(name);
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const finish = (kept: string | null): void => {
    if (isDone.current) return;
    isDone.current = true;
    done(kept === null || kept.trim() === '' || kept === name ? null : kept.trim());
  };
  return (
    <input
      ref={field}
      value={text}
      aria-label="Name"
      spellCheck={false}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => finish(text)}
      data-act="name"
      onKeyDown={(event) => {
        event.stopPropagation();
        // Enter then ends the word that an input method is putting together, and Escape drops it.
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') finish(text);
        if (event.key === 'Escape') finish(null);
      }}
      className="h-6 min-w-0 flex-1 rounded border border-accent bg-canvas px-1 text-sm outline-none"
    />
  );
}
