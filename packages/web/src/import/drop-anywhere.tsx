/** Files dropped anywhere on the window are imported. */
import { FileDown } from 'lucide-react';
import { useEffect, useState } from 'react';
import { notify } from '../design/notice.tsx';
import { messageOf } from '../design/words.ts';
import type { Tabs } from '../desk/tabs.ts';
import { useBench } from '../desk/use-desk.ts';
import { filesOfDrop, holdsFiles } from './dropped-files.ts';

export function DropAnywhere() {
  const { tabs } = useBench();
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (!holdsFiles(event.dataTransfer) || event.defaultPrevented) return;
      event.preventDefault();
      setIsOver(true);
    };
    const leave = ({ relatedTarget }: DragEvent): void => {
      if (relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent): void => {
      setIsOver(false);
      if (!holdsFiles(event.dataTransfer) || event.defaultPrevented || event.dataTransfer === null) return;
      event.preventDefault();
      void readDropped(tabs, event.dataTransfer);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [tabs]);
  if (!isOver) return null;
  return (
    <div className="pointer-events-none fixed inset-0 z-50 flex items-center justify-center bg-canvas/80 p-6">
      <div className="flex flex-col items-center gap-2 rounded-xl border-2 border-dashed border-accent bg-raised px-12 py-8 shadow-raised">
        <FileDown aria-hidden size={28} strokeWidth={1.5} className="text-accent" />
        <p className="text-base font-semibold">Drop to import</p>
        <p className="text-sm text-muted">Postman collections, environments, dumps; also whole folders</p>
      </div>
    </div>
  );
}

async function readDropped(tabs: Tabs, transfer: DataTransfer): Promise<void> {
  try {
    const files = await filesOfDrop(transfer);
    const { readFiles } = await import('./import-state.ts');
    tabs.openPage('import');
    readFiles(files);
  } catch (error) {
    notify({ text: 'What was dropped could not be read', detail: messageOf(error), kind: 'problem' });
  }
}
