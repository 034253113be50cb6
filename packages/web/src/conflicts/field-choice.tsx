/** One field of a conflict: both sides, and which one shall stand. */
import { useId } from 'react';
import { classes } from '../design/classes.ts';
import { ShortText } from './differences.tsx';
import type { ConflictField, FieldPart } from './field-names.ts';
import { LongText } from './long-text.tsx';
import type { Side } from './question.ts';

export interface FieldChoiceProps {
  readonly field: ConflictField;
  readonly side: Side;
  /** Null where there is nothing to choose between: one field, or one side that is gone. */
  readonly choose: ((side: Side) => void) | null;
  readonly mineBy: string;
  readonly by: string;
  readonly isDeleted: boolean;
}

/** A line or two is read at a glance; more is compared in an editor. */
const SHORT_CHARS_MAX = 240;

export function FieldChoice({ field, side, choose, mineBy, by, isDeleted }: FieldChoiceProps) {
  const name = field.parts.map((part) => part.name).join(' and ');
  const group = useId();
  const heads = [
    { key: 'mine', label: 'Mine', who: mineBy },
    { key: 'theirs', label: 'Theirs', who: by },
  ] as const;
  return (
    <fieldset className="min-w-0 overflow-hidden rounded-lg border border-line">
      <legend className="sr-only">{name}</legend>
      <div aria-hidden className="border-b border-line bg-panel px-3 py-1.5 text-xs font-semibold">
        {name}
      </div>
      <div className="grid grid-cols-2 max-md:grid-cols-1 md:divide-x md:divide-line">
        {heads.map(({ key, label, who }) => (
          <div
            key={key}
            className={classes(
              'flex min-w-0 flex-col max-md:border-b max-md:border-line max-md:last:border-none',
              choose !== null && side === key && 'bg-accent-soft',
            )}
          >
            <Head
              {...{ group, label, who, choose }}
              isChosen={side === key}
              value={key}
              key={`${key} head`}
              name={name}
            />
            {key === 'theirs' && isDeleted ? (
              <p className="px-3 pb-2 text-sm text-faint italic">deleted</p>
            ) : (
              field.parts.map((part) => <Value key={part.name} part={part} of={key} isOne={field.parts.length === 1} />)
            )}
          </div>
        ))}
      </div>
      {isDeleted
        ? null
        : field.parts
            .filter(isLong)
            .map(({ name: part, mine, theirs }) => (
              <LongText key={part} name={part} mine={mine ?? ''} theirs={theirs ?? ''} />
            ))}
    </fieldset>
  );
}

interface HeadProps {
  readonly group: string;
  readonly name: string;
  readonly label: string;
  readonly who: string;
  readonly value: Side;
  readonly isChosen: boolean;
  readonly choose: FieldChoiceProps['choose'];
}

function Head({ group, name, label, who, value, isChosen, choose }: HeadProps) {
  const text = (
    <span className="min-w-0 truncate">
      <span className="font-medium">{label}</span> <span className="text-muted">{who}</span>
    </span>
  );
  if (choose === null) return <p className="flex min-w-0 px-3 pt-2 pb-1 text-xs">{text}</p>;
  return (
    <label className="flex min-w-0 items-center gap-2 px-3 pt-2 pb-1 text-xs">
      <input
        type="radio"
        name={group}
        value={value}
        checked={isChosen}
        onChange={() => choose(value)}
        aria-label={`${name}: ${label}, ${who}`}
        className="size-3.5 shrink-0 accent-accent"
      />
      {text}
    </label>
  );
}

function Value({ part, of, isOne }: { readonly part: FieldPart; readonly of: Side; readonly isOne: boolean }) {
  if (isLong(part)) return null;
  const other = of === 'mine' ? part.theirs : part.mine;
  return (
    <div className="px-3 pb-2">
      {isOne ? null : <p className="text-2xs text-muted">{part.name}</p>}
      <ShortText text={part[of]} other={other} />
    </div>
  );
}

function isLong({ mine, theirs }: FieldPart): boolean {
  return [mine, theirs].some((text) => text !== null && (text.length > SHORT_CHARS_MAX || text.split('\n').length > 3));
}
