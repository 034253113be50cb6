/** A combination of keys as this system writes it. `$mod` is Command on a Mac and Control elsewhere. */
const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

const NAMES: Readonly<Record<string, string>> = IS_MAC
  ? { $mod: '⌘', Control: '⌃', Shift: '⇧', Alt: '⌥', Enter: '↩', Backspace: '⌫', Delete: '⌦', ...arrows() }
  : { $mod: 'Ctrl', Control: 'Ctrl', ...arrows() };

function arrows(): Readonly<Record<string, string>> {
  return { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', PageUp: 'PgUp', PageDown: 'PgDn' };
}

export function keysText(combination: string): string {
  return (
    combination
      .split('+')
      // Shift that a keyboard may need for the character, or not.
      .filter((key) => key !== '[Shift]')
      .map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key.replace(/^Key|^Digit/, '')))
      .join(IS_MAC ? '' : '+')
  );
}

/** The same in a box, where it stands alone. */
export function BoxedKeys({ combination }: { readonly combination: string }) {
  return (
    <kbd className="rounded border border-line bg-sunken px-1.5 font-sans text-2xs text-muted">
      {keysText(combination)}
    </kbd>
  );
}

export function Keys({ combination }: { readonly combination: string }) {
  return <kbd className="font-sans text-2xs">{keysText(combination)}</kbd>;
}
