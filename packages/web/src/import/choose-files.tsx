/** Where files come in: chosen, dropped, or pasted as text. */
import { importCurl, isCurl } from '@waypost/model';
import { memberOf, stringOf } from '@waypost/protocol';
import { ClipboardPaste, FileDown, FolderOpen } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '../design/button.tsx';
import { notify } from '../design/notice.tsx';
import type { Bench } from '../desk/bench.ts';
import { useBench } from '../desk/use-desk.ts';
import { filesOf } from './dropped-files.ts';
import { readFiles } from './import-state.ts';

export function ChooseFiles() {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const bench = useBench();
  usePastedText(bench);
  return (
    <div className="flex flex-col items-center gap-3 rounded-xl border border-dashed border-line-strong bg-panel px-6 py-10 text-center">
      <FileDown aria-hidden size={28} strokeWidth={1.5} className="text-faint" />
      <div>
        <p className="text-base font-semibold">Drop files or folders here, or anywhere on this window</p>
        <p className="text-sm text-muted">or paste a collection, or a curl command, as text</p>
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <Button look="primary" icon={FileDown} onClick={() => files.current?.click()}>
          Choose files
        </Button>
        <Button icon={FolderOpen} onClick={() => folder.current?.click()}>
          Choose a folder
        </Button>
        <Button icon={ClipboardPaste} onClick={() => void pasteFromClipboard(bench)}>
          Paste
        </Button>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        accept=".json,application/json"
        aria-label="Files to import"
        className="hidden"
        onChange={({ target }) => readChosen(target)}
      />
      <input
        ref={folder}
        type="file"
        aria-label="Folder to import"
        className="hidden"
        onChange={({ target }) => readChosen(target)}
        {...{ webkitdirectory: '' }}
      />
    </div>
  );
}

function readChosen(input: HTMLInputElement): void {
  const chosen = filesOf(input.files ?? []);
  input.value = '';
  if (chosen.length > 0) readFiles(chosen);
}

/** Pasting anywhere on the page, where the keyboard is in no field. */
function usePastedText(bench: Bench): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      readText(bench, event.clipboardData?.getData('text/plain') ?? '');
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [bench]);
}

async function pasteFromClipboard(bench: Bench): Promise<void> {
  try {
    readText(bench, await navigator.clipboard.readText());
  } catch {
    notify({
      text: 'Not pasted',
      detail: 'This browser does not let the page read the clipboard: press Ctrl+V instead.',
      kind: 'problem',
    });
  }
}

function readText(bench: Bench, text: string): void {
  const request = isCurl(text) ? importCurl(text) : null;
  if (request !== null) {
    const name = stringOf(memberOf(request, 'name')) ?? 'New request';
    bench.tabs.openElement(bench.drafts.begin('request', { parent: null, name, content: { data: request, rows: {} } }));
    return;
  }
  if (text.trim() === '') notify({ text: 'There is no text on the clipboard', kind: 'problem' });
  else readFiles([{ name: 'Pasted text', content: text }]);
}
