/** What every editor of the app can do. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  type CompletionSource,
  completionKeymap,
  snippetCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder as placeholderText,
  rectangularSelection,
} from '@codemirror/view';
import type { CodeWord } from '../code-editor.tsx';
import { appTheme } from './theme.ts';
import { type CurrentLook, variableCompletion, variableMarks } from './variable-marks.ts';

export interface EditorOptions {
  readonly label: string;
  readonly isReadOnly: boolean;
  readonly look: CurrentLook;
  readonly words: () => readonly CodeWord[];
  readonly placeholder: string;
}

export function editorExtensions({ label, isReadOnly, look, words, placeholder }: EditorOptions): Extension {
  return [
    appTheme,
    // A carriage return is a character: nothing of a text nobody edited may change.
    EditorState.lineSeparator.of('\n'),
    EditorView.clipboardInputFilter.of((text) => text.replaceAll(/\r\n?/g, '\n')),
    EditorView.contentAttributes.of({ 'aria-label': label, ...(isReadOnly ? { 'aria-readonly': 'true' } : {}) }),
    lineNumbers(),
    codeFolding(),
    foldGutter({ openText: '▾', closedText: '▸' }),
    drawSelection(),
    rectangularSelection(),
    bracketMatching(),
    highlightSelectionMatches(),
    search({ top: true }),
    variableMarks(look),
    isReadOnly ? readOnly : editing(look, words),
    placeholder === '' ? [] : placeholderText(placeholder),
    keymap.of([...searchKeymap, ...foldKeymap, ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter')]),
  ];
}

/** Can be focused, so that it can be scrolled and searched by keyboard. */
const readOnly: Extension = [
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ tabindex: '0' }),
];

function editing(look: CurrentLook, words: () => readonly CodeWord[]): Extension {
  return [
    history(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    indentOnInput(),
    closeBrackets(),
    autocompletion({ override: [variableCompletion(look), wordCompletion(words)], icons: false }),
    // Escape and then Tab leaves the editor.
    keymap.of([...closeBracketsKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap, indentWithTab]),
  ];
}

/** `pm.res` offers `pm.response`: words are matched with the dots before them. */
function wordCompletion(words: () => readonly CodeWord[]): CompletionSource {
  return (context) => {
    const typed = context.matchBefore(/[\w$.]+/);
    if (typed === null || typed.text.length < 2) return null;
    const options = words().map(({ label, detail, snippet }) => {
      const completion = { label, ...(detail === undefined ? {} : { detail }) };
      return snippet === undefined ? completion : snippetCompletion(snippet, completion);
    });
    return options.length === 0 ? null : { from: typed.from, options, validFor: /^[\w$.]*$/ };
  };
}
