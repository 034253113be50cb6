/** One CodeMirror on the page, kept the same as the text it is given. */
import { Compartment } from '@codemirror/state';
import { openSearchPanel } from '@codemirror/search';
import { EditorView } from '@codemirror/view';
import { useEffect, useImperativeHandle, useRef } from 'react';
import type { CodeEditorProps } from '../code-editor.tsx';
import { CodeText } from './code-text.ts';
import { editorExtensions } from './extensions.ts';
import { jsonLinter } from './json-linter.ts';
import { languageOf } from './languages.ts';
import { variablesChanged } from './variable-marks.ts';

export default function CodeView(props: CodeEditorProps) {
  const { value, language, variables, wrapsLines = false, handle } = props;
  const place = useRef<HTMLDivElement>(null);
  const text = useRef<CodeText | null>(null);
  const latest = useRef(props);
  const parts = useRef({ language: new Compartment(), wrapping: new Compartment() });
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (place.current === null) return;
    const { current: now } = latest;
    const made = new CodeText({
      parent: place.current,
      value: now.value,
      told: (changed) => latest.current.change?.(changed),
      extensions: [
        editorExtensions({
          label: now.label,
          isReadOnly: now.change === undefined,
          look: () => latest.current.variables ?? null,
          words: () => latest.current.words ?? [],
          placeholder: now.placeholder ?? '',
        }),
        parts.current.language.of([]),
        parts.current.wrapping.of([]),
      ],
    });
    text.current = made;
    return () => {
      text.current = null;
      made.close();
    };
  }, []);

  useEffect(() => text.current?.take(value), [value]);

  const isReadOnly = props.change === undefined;
  useEffect(() => {
    let isWanted = true;
    void languageOf(language).then((extension) => {
      const linted = language === 'json' && !isReadOnly ? jsonLinter : [];
      if (isWanted) text.current?.view.dispatch({ effects: parts.current.language.reconfigure([extension, linted]) });
    });
    return () => {
      isWanted = false;
    };
  }, [language, isReadOnly]);

  useEffect(() => {
    text.current?.view.dispatch({
      effects: parts.current.wrapping.reconfigure(wrapsLines ? EditorView.lineWrapping : []),
    });
  }, [wrapsLines]);

  useEffect(() => {
    text.current?.view.dispatch({ effects: variablesChanged.of(variables) });
  }, [variables]);

  useImperativeHandle(handle, () => ({
    focus: () => text.current?.view.focus(),
    openSearch: () => {
      if (text.current !== null) openSearchPanel(text.current.view);
    },
  }));

  return (
    <div
      ref={place}
      className="relative min-h-0 flex-1 overflow-hidden after:pointer-events-none after:absolute after:inset-0 after:z-10 has-[.cm-content:focus-visible]:after:outline-2 has-[.cm-content:focus-visible]:after:-outline-offset-2 has-[.cm-content:focus-visible]:after:outline-accent"
    />
  );
}
