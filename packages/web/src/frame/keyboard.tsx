/** Listens to the shortcuts, and shows what they open over everything: the palette and the sheet of shortcuts. */
import { useEffect } from 'react';
import { tinykeys } from 'tinykeys';
import { tellTexts } from '../design/pending-text.ts';
import { useDesk } from '../desk/use-desk.ts';
import { usePaletteOpen } from '../palette/palette-state.ts';
import { runShortcut } from './commands.ts';
import { useHelpOpen } from './help-state.ts';
import { type Shortcut, SHORTCUTS, type ShortcutId } from './shortcuts.ts';
import { later } from '../design/later.ts';

const Palette = later(() => import('../palette/palette.tsx'));
const HelpSheet = later(() => import('./help-sheet.tsx'));

export function Keyboard() {
  const desk = useDesk();
  const isPalette = usePaletteOpen();
  const isHelp = useHelpOpen();
  useEffect(() => {
    const bindings: Record<string, (event: KeyboardEvent) => void> = {};
    for (const { id, keys, ...rest } of SHORTCUTS as readonly (Shortcut & { readonly id: ShortcutId })[]) {
      for (const combination of keys)
        bindings[combination] = (event) => {
          if (isElsewhere(event, rest.isCharacter === true)) return;
          event.preventDefault();
          event.stopPropagation();
          tellTexts();
          runShortcut(desk, id);
        };
    }
    // Before editors see them, some of which have a meaning of their own for Ctrl+Enter.
    return tinykeys(window, bindings, { capture: true, ignore: isTyped });
  }, [desk]);
  useEffect(() => {
    // There before anybody presses the keys.
    const timer = setTimeout(() => void Palette.load(), PALETTE_LOADED_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      {isPalette ? <Palette /> : null}
      {isHelp ? <HelpSheet /> : null}
    </>
  );
}

/** Once what is in sight has been painted. */
const PALETTE_LOADED_AFTER_MS = 1_500;

/** AltGr says Ctrl and Alt on Windows, and writes letters: Polish has ń on AltGr+N. */
function isTyped(event: KeyboardEvent): boolean {
  return event.getModifierState('AltGraph') || event.isComposing;
}

/** Notices are dialogs to a screen reader, and keep nobody from working. */
const MODAL = '[role="dialog"]:not([aria-modal="false"]), [role="alertdialog"]:not([aria-modal="false"])';

/** In a dialog only what is in it has the keyboard; and characters belong to what is being written. */
function isElsewhere({ target }: KeyboardEvent, isCharacter: boolean): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(MODAL) !== null) return true;
  return isCharacter && target.closest('input, textarea, select, [contenteditable]') !== null;
}
