/** The search over a response. */
import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../design/button.tsx';
import { INPUT } from '../design/field.tsx';

export interface FindBarProps {
  readonly seek: (sought: string) => void;
  readonly step: (by: 1 | -1) => void;
  readonly close: () => void;
  readonly status: string;
}

export function FindBar({ seek, step, close, status }: FindBarProps) {
  const [text, setText] = useState('');
  return (
    <search className="flex shrink-0 items-center gap-1 border-b border-line bg-panel px-2 py-1">
      <div className="w-64 max-w-full">
        <input
          aria-label="Find in the response"
          placeholder="Find"
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was opened to be typed into
          autoFocus
          className={INPUT}
          value={text}
          onChange={({ target }) => {
            setText(target.value);
            seek(target.value);
          }}
          onKeyDown={({ key, shiftKey, nativeEvent }) => {
            if (nativeEvent.isComposing) return;
            if (key === 'Enter') step(shiftKey ? -1 : 1);
            if (key === 'Escape') close();
          }}
        />
      </div>
      <IconButton size="small" icon={ChevronUp} label="Previous" onClick={() => step(-1)} />
      <IconButton size="small" icon={ChevronDown} label="Next" onClick={() => step(1)} />
      <output className="min-w-0 flex-1 truncate text-xs text-muted">{status}</output>
      <IconButton size="small" icon={X} label="Close the search" onClick={close} />
    </search>
  );
}
