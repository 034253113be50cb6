/** Everything that is here, in one file. */
import { Download } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../design/button.tsx';
import { notify } from '../design/notice.tsx';
import { Section } from '../design/page.tsx';
import { count, messageOf } from '../design/words.ts';
import { useDesk } from '../desk/use-desk.ts';
import { exportEverything } from './exporting.ts';

export function ExportSection() {
  const desk = useDesk();
  const [read, setRead] = useState<number | null>(null);
  const run = async (): Promise<void> => {
    setRead(0);
    try {
      await exportEverything(desk, setRead);
    } catch (error) {
      notify({ text: 'Not exported', detail: messageOf(error), kind: 'problem' });
    } finally {
      setRead(null);
    }
  };
  return (
    <Section title="Export">
      <p className="text-sm text-muted">
        Everything of every workspace on this device, in one file that import reads again and other tools understand.
        One collection or environment: its menu in the sidebar. Local values are never in an export.
      </p>
      <div className="mt-2">
        <Button icon={Download} disabled={read !== null} onClick={() => void run()}>
          {read === null ? 'Export everything' : `Reading ${count(read, 'element')}`}
        </Button>
      </div>
    </Section>
  );
}
