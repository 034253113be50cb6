/** Whichever question about a conflict is asked, in its dialog. */
import { answered, useQuestion } from '../frame/questions.ts';
import { DraftConflict } from './draft-conflict.tsx';
import { DraftDeleted } from './draft-deleted.tsx';
import { ReportedConflict } from './reported-conflict.tsx';
import VersionsDialog from '../versions/versions-dialog.tsx';

export default function ConflictDialogs() {
  const question = useQuestion();
  switch (question?.ask) {
    case 'changed-elsewhere':
      return <DraftConflict key={question.id} id={question.id} close={answered} />;
    case 'deleted-elsewhere':
      return <DraftDeleted key={question.id} id={question.id} close={answered} />;
    case 'conflict':
      return <ReportedConflict key={question.id} id={question.id} workspace={question.workspace} close={answered} />;
    case 'versions':
      return <VersionsDialog key={question.id} id={question.id} close={answered} />;
    default:
      return null;
  }
}
