/**
 * The editor of long texts: bodies, scripts, descriptions, responses. What it is made of is loaded when the first one is
 * shown. A text that changes below it comes in without moving the cursor; what is typed is told at once while the text is
 * short, and a moment later when it is long.
 */
import type { Ref } from 'react';
import type { VariableLook } from './variable-look.ts';
import { later } from './later.ts';

export type CodeLanguage = 'text' | 'json' | 'xml' | 'html' | 'css' | 'javascript' | 'markdown' | 'graphql';

/** A name that can be typed here, and what it is. */
export interface CodeWord {
  readonly label: string;
  readonly detail?: string;
  /** What is written where that is not the label; `${}` marks where the cursor goes. */
  readonly snippet?: string;
}

export interface CodeEditorHandle {
  readonly focus: () => void;
  readonly openSearch: () => void;
}

export interface CodeEditorProps {
  /** Its name for screen readers. */
  readonly label: string;
  readonly value: string;
  readonly language: CodeLanguage;
  /** Without it the text can be read, searched and copied only. */
  readonly change?: (text: string) => void;
  readonly variables?: VariableLook;
  /** Offered where they fit what is typed, members of `pm.` after their dot. */
  readonly words?: readonly CodeWord[];
  readonly wrapsLines?: boolean;
  readonly placeholder?: string;
  readonly handle?: Ref<CodeEditorHandle>;
}

const CodeView = later(() => import('./code/code-view.tsx'), Waiting);

export function CodeEditor(props: CodeEditorProps) {
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col bg-canvas">
      <CodeView {...props} />
    </div>
  );
}

/** The text where the editor will show it, so that nothing jumps when it comes. */
function Waiting({ value }: Pick<CodeEditorProps, 'value'>) {
  return (
    <pre className="min-h-0 flex-1 overflow-hidden py-2 pl-[59px] font-mono text-xs leading-5">
      {value.slice(0, 10_000)}
    </pre>
  );
}
