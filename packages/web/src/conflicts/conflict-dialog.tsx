/** Both versions in view, field by field, and a person's decision. */
import type { Decision } from '@waypost/client';
import { useState } from 'react';
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { useNow } from '../design/now.ts';
import { agoText } from '../design/when.ts';
import { exactTime } from '../design/words.ts';
import { FieldChoice } from './field-choice.tsx';
import { type ConflictQuestion, mixedDecision, type Sided, wordsOf } from './question.ts';

export interface ConflictDialogProps {
  readonly question: ConflictQuestion;
  /** Says that the question is another than a moment ago. */
  readonly note: string | null;
  readonly decide: (decision: Decision) => Promise<void>;
  readonly close: () => void;
}

export function ConflictDialog({ question, note, decide, close }: ConflictDialogProps) {
  const { fields, type, by, mineBy, at } = question;
  const words = wordsOf(question);
  const now = useNow();
  const [sides, setSides] = useState<Sided>(new Map());
  const [isBusy, setIsBusy] = useState(false);
  const isSided = type === 'edit' && fields.length > 1;
  const mixed = isSided ? mixedDecision(fields, sides) : null;
  const answer = async (decision: Decision): Promise<void> => {
    setIsBusy(true);
    try {
      await decide(decision);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <Dialog
      title={words.title}
      width="wide"
      close={close}
      description={
        <>
          {words.happened}
          {at === null ? '' : ', '}
          {at === null ? null : <time title={exactTime(at)}>{agoText(at, now)}</time>}. What does not stand in the end
          is kept.
          {note === null ? null : (
            <strong role="alert" className="mt-1 block font-medium text-warning">
              {note}
            </strong>
          )}
        </>
      }
      actions={
        <>
          <Button look="quiet" onClick={close}>
            {words.later}
          </Button>
          <span className="flex-1 max-md:hidden" />
          {words.asNew === null ? null : (
            <Button disabled={isBusy} onClick={() => void answer({ kind: 'new' })}>
              {words.asNew}
            </Button>
          )}
          <Button disabled={isBusy} onClick={() => void answer({ kind: 'theirs' })}>
            {words.theirs}
          </Button>
          <Button
            look={mixed === null ? 'primary' : 'plain'}
            disabled={isBusy}
            onClick={() => void answer({ kind: 'mine' })}
          >
            {words.mine}
          </Button>
          {isSided ? (
            <Button
              look={mixed === null ? 'plain' : 'primary'}
              disabled={isBusy || mixed === null}
              onClick={() => (mixed === null ? undefined : void answer(mixed))}
            >
              Save as chosen
            </Button>
          ) : null}
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {isSided ? <p className="text-xs text-muted">Choose a side for single fields, or one for all below.</p> : null}
        {fields.map((field) => (
          <FieldChoice
            key={field.group}
            field={field}
            side={sides.get(field.group) ?? 'mine'}
            choose={isSided ? (side) => setSides(new Map(sides).set(field.group, side)) : null}
            mineBy={mineBy}
            by={by}
            isDeleted={type === 'deleted'}
          />
        ))}
        {fields.length === 0 ? (
          <p className="text-sm text-muted">It stands with what they changed until you decide.</p>
        ) : null}
      </div>
    </Dialog>
  );
}
