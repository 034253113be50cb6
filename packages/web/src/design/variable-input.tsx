/**
 * One line of text in which variables are marked by whether something gives them a value, explained under the pointer, and
 * completed while they are typed. An ordinary input with the marks painted behind it, so that it types, selects and undoes
 * as every input does.
 */
import {
  type KeyboardEvent,
  type ClipboardEvent,
  type RefObject,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { classes } from './classes.ts';
import { SuggestionList } from './suggestion-list.tsx';
import { piecesOf, type Suggestion, suggestionsAt } from './suggesting.ts';
import { VariableCard } from './variable-card.tsx';
import type { VariableLook } from './variable-look.ts';

export interface VariableInputProps {
  /** Its name for screen readers. */
  readonly label: string;
  readonly value: string;
  readonly change: (text: string) => void;
  readonly variables: VariableLook | null;
  /** Offered for the whole text. */
  readonly words?: readonly string[];
  readonly placeholder?: string;
  /** `cell`: in a table, without a border of its own. */
  readonly look?: 'boxed' | 'cell';
  readonly isMuted?: boolean;
  readonly isSecret?: boolean;
  readonly isReadOnly?: boolean;
  readonly input?: RefObject<HTMLInputElement | null>;
  readonly onEnter?: () => void;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void;
  readonly onPaste?: (event: ClipboardEvent<HTMLInputElement>) => void;
  readonly onBlur?: () => void;
  readonly cell?: string;
}

const NO_WORDS: readonly string[] = [];

export function VariableInput(props: VariableInputProps) {
  const { label, value, change, variables, words = NO_WORDS, placeholder, look = 'boxed' } = props;
  const { isMuted = false, isSecret = false, isReadOnly = false } = props;
  const own = useRef<HTMLInputElement>(null);
  const input = props.input ?? own;
  const marks = useRef<HTMLDivElement>(null);
  const list = useId();
  const [caret, setCaret] = useState<number | null>(null);
  const [chosen, setChosen] = useState(0);
  const [pointed, setPointed] = useState<{ readonly name: string; readonly at: DOMRect } | null>(null);
  const pieces = value.includes('{{') && !isSecret ? piecesOf(value) : [];
  const suggestions = caret === null ? [] : suggestionsAt({ text: value, caret, variables, words });
  const isOpen = suggestions.length > 0;
  const at = Math.min(chosen, suggestions.length - 1);

  const follow = (): void => {
    // Where nothing is marked nothing has to follow, and nothing has to be laid out before it is painted.
    if (marks.current !== null && input.current !== null)
      marks.current.style.transform = `translateX(${-input.current.scrollLeft}px)`;
  };
  useLayoutEffect(follow);

  const close = (): void => setCaret(null);
  const take = ({ from, to, insert }: Suggestion): void => {
    const element = input.current;
    if (element === null) return;
    element.focus();
    element.setSelectionRange(from, to);
    // The one way of writing into an input that undo knows of.
    if (!document.execCommand('insertText', false, insert)) change(value.slice(0, from) + insert + value.slice(to));
    close();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const suggestion = suggestions[at];
    if (isOpen && suggestion !== undefined && !event.nativeEvent.isComposing) {
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        event.preventDefault();
        const by = event.key === 'ArrowDown' ? 1 : -1;
        setChosen((at + by + suggestions.length) % suggestions.length);
        return;
      }
      const isTaking =
        (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || (event.key === 'Tab' && !event.shiftKey);
      if (isTaking) {
        event.preventDefault();
        take(suggestion);
        return;
      }
      if (event.key === 'Escape') {
        event.preventDefault();
        event.stopPropagation();
        close();
        return;
      }
    }
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      setCaret(event.currentTarget.selectionStart);
      setChosen(0);
      return;
    }
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight' || event.key === 'Home' || event.key === 'End') close();
    props.onKeyDown?.(event);
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && !event.defaultPrevented) props.onEnter?.();
  };
  const onPointer = (x: number, y: number): void => {
    const found = [...(marks.current?.querySelectorAll<HTMLElement>('[data-name]') ?? [])].find((mark) => {
      const box = mark.getBoundingClientRect();
      return x >= box.left && x <= box.right && y >= box.top - 4 && y <= box.bottom + 4;
    });
    const name = found?.dataset['name'];
    if (found === undefined || name === undefined) setPointed(null);
    else if (pointed?.name !== name) setPointed({ name, at: found.getBoundingClientRect() });
  };
  const text = look === 'cell' ? 'px-2' : 'px-2.5';
  return (
    <div
      className={classes(
        'relative min-w-0 flex-1',
        look === 'boxed'
          ? 'h-8 rounded-md border border-line bg-canvas focus-within:border-accent hover:border-line-strong'
          : 'h-full',
      )}
      onMouseMove={pieces.length === 0 ? undefined : ({ clientX, clientY }) => onPointer(clientX, clientY)}
      onMouseLeave={() => setPointed(null)}
    >
      {pieces.length === 0 ? null : (
        <div
          aria-hidden
          className={classes('pointer-events-none absolute inset-0 flex items-center overflow-hidden', text)}
        >
          <div ref={marks} className="font-mono text-xs whitespace-pre text-transparent">
            {pieces.map(({ text: piece, name }, index) =>
              name === null ? (
                piece
              ) : (
                // biome-ignore lint: pieces have no identity but their place
                <span key={index} data-name={name} className={markOf(variables, name)}>
                  {piece}
                </span>
              ),
            )}
          </div>
        </div>
      )}
      <input
        ref={input}
        type={isSecret ? 'password' : 'text'}
        aria-label={label}
        value={value}
        readOnly={isReadOnly}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        data-cell={props.cell}
        {...(isOpen
          ? { role: 'combobox', 'aria-expanded': true, 'aria-controls': list, 'aria-activedescendant': `${list}-${at}` }
          : {})}
        className={classes(
          'absolute inset-0 h-full w-full min-w-0 rounded-[inherit] bg-transparent font-mono text-xs',
          text,
          isMuted && 'text-faint',
        )}
        onChange={({ target }) => {
          setCaret(target.selectionStart);
          setChosen(0);
          change(target.value);
        }}
        onScroll={follow}
        onSelect={follow}
        onKeyDown={onKeyDown}
        onPaste={props.onPaste}
        onBlur={() => {
          close();
          props.onBlur?.();
        }}
      />
      {isOpen ? (
        <SuggestionList id={list} anchor={input} suggestions={suggestions} chosen={at} take={take} />
      ) : pointed === null || variables === null ? null : (
        <VariableCard name={pointed.name} at={pointed.at} variables={variables} />
      )}
    </div>
  );
}

function markOf(variables: VariableLook | null, name: string): string {
  const isUnknown = variables?.find(name).state === 'unknown';
  return classes(
    'rounded-[3px] py-0.5',
    isUnknown ? 'bg-danger-soft shadow-[inset_0_-2px_0_var(--danger)]' : 'bg-accent-soft',
  );
}
