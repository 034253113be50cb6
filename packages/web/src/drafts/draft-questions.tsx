/** Questions about drafts, each in its dialog. */
import { answered, useQuestion } from '../frame/questions.ts';
import { CloseDialog } from './close-dialog.tsx';
import { CredentialsDialog } from './credentials-dialog.tsx';
import { PlaceDialog } from './place-dialog.tsx';

export default function DraftQuestions() {
  const question = useQuestion();
  switch (question?.ask) {
    case 'close':
      return question.tab.show === 'element' ? (
        <CloseDialog key={question.tab.id} id={question.tab.id} close={answered} />
      ) : null;
    case 'place':
      return (
        <PlaceDialog key={question.id} id={question.id} closesTab={question.closesTab === true} close={answered} />
      );
    case 'credentials':
      return (
        <CredentialsDialog
          key={question.id}
          id={question.id}
          found={question.found}
          options={question.options}
          close={answered}
        />
      );
    default:
      return null;
  }
}
