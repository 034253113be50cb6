/** Importing and exporting: choose, look at what it brings, save. */
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { Page } from '../design/page.tsx';
import { ChooseFiles } from './choose-files.tsx';
import { ExportSection } from './export-section.tsx';
import { cancelSaving, importing } from './import-state.ts';
import { ImportResult } from './import-result.tsx';
import { MovingFromPostman } from './moving-from-postman.tsx';
import { Progress } from './progress.tsx';
import { ReadReport } from './read-report.tsx';

export default function ImportPage() {
  const now = useStore(importing);
  switch (now.stage) {
    case 'none':
      return (
        <Page
          title="Import"
          about="Postman collections (2.0 and 2.1), environments, globals and whole dumps. Nothing is saved before you have seen what it brings."
        >
          <ChooseFiles />
          <MovingFromPostman />
          <ExportSection />
        </Page>
      );
    case 'reading':
      return (
        <Page title="Import">
          <Progress label={now.of === 1 ? 'Reading the file' : `Reading ${now.of} files`} done={now.done} of={now.of} />
        </Page>
      );
    case 'read':
      return <ReadReport files={now.files} />;
    case 'saving':
      return (
        <Page title="Import">
          <Progress label={`Saving ${now.of.toLocaleString('en')} elements`} done={now.saved} of={now.of} />
          <div className="flex flex-wrap items-center gap-3">
            <Button onClick={cancelSaving}>Cancel</Button>
            <p className="text-xs text-muted">What is saved already would be taken back, into the trash.</p>
          </div>
        </Page>
      );
    case 'saved':
    case 'failed':
      return <ImportResult result={now} />;
  }
}
