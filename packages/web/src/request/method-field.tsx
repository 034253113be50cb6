/** The method: one of those that everybody knows, or any other word. */
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';
import { classes } from '../design/classes.ts';
import { Menu } from '../design/menu.tsx';
import { methodColour } from '../design/method.tsx';

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

export interface MethodFieldProps {
  readonly method: string;
  readonly change: (method: string) => void;
}

export function MethodField({ method, change }: MethodFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const box =
    'h-8 w-28 shrink-0 rounded-md border border-line bg-canvas text-xs font-semibold hover:border-line-strong';
  if (typed !== null) {
    const take = (): void => {
      const word = typed.trim();
      if (word !== '') change(word);
      setTyped(null);
    };
    return (
      <input
        // Chosen a moment ago, in a menu that is gone.
        ref={(input) => input?.focus()}
        aria-label="Method"
        placeholder="METHOD"
        spellCheck={false}
        autoCapitalize="characters"
        className={classes(box, 'px-2.5')}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Enter') take();
          if (event.key === 'Escape') setTyped(null);
        }}
      />
    );
  }
  return (
    <Menu
      label="Method"
      trigger={
        <button
          type="button"
          aria-label={`Method ${method}`}
          className={classes(box, 'flex items-center gap-1 px-2.5', methodColour(method))}
        >
          <span className="min-w-0 flex-1 truncate text-left">{method}</span>
          <ChevronDown aria-hidden size={14} className="shrink-0 text-faint" />
        </button>
      }
      entries={[
        ...METHODS.map((one) => ({ label: one, isChecked: one === method, act: () => change(one) })),
        'line',
        { label: 'Another one…', isChecked: !METHODS.includes(method), act: () => setTyped('') },
      ]}
    />
  );
}
