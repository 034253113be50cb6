/** Variables in an editor: coloured by whether something gives them a value, explained under the pointer, completed. */
import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import { type Extension, StateEffect } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  hoverTooltip,
  MatchDecorator,
  type PluginValue,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { openVariableAt, VARIABLE, type VariableLook } from '../variable-look.ts';

/** Said when names may stand for something else than before. */
export const variablesChanged = StateEffect.define<VariableLook | undefined>();

/** Read anew each time, so that the editor need not be made anew. */
export type CurrentLook = () => VariableLook | null;

export function variableMarks(look: CurrentLook): Extension {
  const known = Decoration.mark({ class: 'cm-variable-known' });
  const unknown = Decoration.mark({ class: 'cm-variable-unknown' });
  const decorator = new MatchDecorator({
    regexp: VARIABLE,
    decoration: ([, name = '']) => (look()?.find(name.trim()).state === 'unknown' ? unknown : known),
  });
  class Marks implements PluginValue {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorator.createDeco(view);
    }

    update(update: ViewUpdate): void {
      const isOther = update.transactions.some(({ effects }) => effects.some((effect) => effect.is(variablesChanged)));
      this.decorations = isOther ? decorator.createDeco(update.view) : decorator.updateDeco(update, this.decorations);
    }
  }
  return [ViewPlugin.fromClass(Marks, { decorations: (marks) => marks.decorations }), variableCard(look)];
}

function variableCard(look: CurrentLook): Extension {
  return hoverTooltip((view, position) => {
    const current = look();
    if (current === null) return null;
    const line = view.state.doc.lineAt(position);
    // Of a line that is a whole file only what is near matters.
    const start = Math.max(line.from, position - 300);
    const text = view.state.sliceDoc(start, Math.min(line.to, position + 300));
    for (const match of text.matchAll(VARIABLE)) {
      const from = start + match.index;
      const to = from + match[0].length;
      if (position < from || position > to) continue;
      return { pos: from, end: to, above: true, create: () => ({ dom: cardOf(current, (match[1] ?? '').trim()) }) };
    }
    return null;
  });
}

function cardOf(look: VariableLook, name: string): HTMLElement {
  const { value, about } = look.find(name);
  const card = document.createElement('div');
  card.className = 'cm-variable-card';
  const first = document.createElement('p');
  const title = document.createElement('b');
  title.textContent = name;
  first.append(title, value === '' ? '' : ` ${value}`);
  const second = document.createElement('p');
  second.textContent = about;
  card.append(first, second);
  return card;
}

export function variableCompletion(look: CurrentLook): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const current = look();
    const line = context.state.doc.lineAt(context.pos);
    const start = Math.max(line.from, context.pos - 300);
    const open = openVariableAt(context.state.sliceDoc(start, context.pos), context.pos - start);
    if (current === null || open === null) return null;
    const options = current.names().map(
      ({ name, value, from }): Completion => ({
        label: name,
        detail: value === '' ? from : `${value.slice(0, 40)} · ${from}`,
        apply: (view, _completion, at, to) => {
          const isClosed = view.state.sliceDoc(to, to + 2) === '}}';
          const insert = isClosed ? name : `${name}}}`;
          view.dispatch({
            changes: { from: at, to, insert },
            selection: { anchor: at + name.length + 2 },
            userEvent: 'input.complete',
          });
        },
      }),
    );
    return { from: start + open.from, options, validFor: /^[^{}\n]*$/ };
  };
}
