/** Puts text on the clipboard. On plain http over a network there is no `navigator.clipboard`: there it is done as a key press does it. */
import { notify } from './notice.tsx';

/** Says so where the browser refuses, and answers whether it is there. Only just after a click or a key. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (window.isSecureContext) await navigator.clipboard.writeText(text);
    else copyAsByKey(text);
    return true;
  } catch {
    notify({
      text: 'Not copied',
      detail: 'This browser does not let the page write to the clipboard.',
      kind: 'problem',
    });
    return false;
  }
}

/** The field to copy from stands beside what has the keyboard: dialogs and menus take the keyboard back from outside of them. */
function copyAsByKey(text: string): void {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.cssText = 'position: fixed; opacity: 0';
  (before?.parentElement ?? document.body).append(field);
  field.select();
  // oxlint-disable-next-line typescript/no-deprecated -- nothing else copies on such pages, and no browser drops it.
  const isCopied = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  if (!isCopied) throw new Error('The browser refused to copy.');
}
