/** The scripts that run before a request is sent and after its response came. */
import { Tabs } from '@base-ui/react/tabs';
import { useState } from 'react';
import { CodeEditor } from '../design/code-editor.tsx';
import type { Editing } from './editing.ts';
import { wordsFor } from './pm-words.ts';
import { type Moment, scriptOf } from './script-text.ts';

const MOMENTS: readonly { readonly moment: Moment; readonly label: string; readonly hint: string }[] = [
  {
    moment: 'prerequest',
    label: 'Before the request',
    hint: 'Runs before it is sent: set variables, change the request. `pm.` offers what there is.',
  },
  {
    moment: 'test',
    label: 'After the response',
    hint: 'Runs when the response came: test it, keep parts of it in variables. `pm.test` begins a test.',
  },
];

export default function ScriptsSection({ editing }: { readonly editing: Editing }) {
  const [moment, setMoment] = useState<Moment>(() =>
    scriptOf(editing, 'prerequest') === '' && scriptOf(editing, 'test') !== '' ? 'test' : 'prerequest',
  );
  const shown = MOMENTS.find((one) => one.moment === moment);
  return (
    <Tabs.Root
      value={moment}
      onValueChange={(value) => setMoment(value as Moment)}
      className="flex min-h-0 flex-1 flex-col"
    >
      <Tabs.List aria-label="When the script runs" className="flex shrink-0 gap-1 px-3 py-1.5">
        {MOMENTS.map(({ moment: one, label }) => (
          <Tabs.Tab
            key={one}
            value={one}
            className="h-6 rounded-md px-2 text-xs text-muted hover:bg-hover data-active:bg-hover data-active:font-medium data-active:text-ink"
          >
            {label}
            {scriptOf(editing, one).trim() === '' ? null : (
              <span aria-hidden className="ml-1.5 inline-block size-1.5 rounded-full bg-accent align-middle" />
            )}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel
        value={moment}
        tabIndex={-1}
        className="flex min-h-0 flex-1 flex-col border-t border-line outline-none"
      >
        <CodeEditor
          key={moment}
          label={`Script, ${shown?.label.toLowerCase() ?? ''}`}
          language="javascript"
          value={scriptOf(editing, moment)}
          change={(text) => editing.edit([{ op: 'text', path: `event[${moment}].script.exec`, text }])}
          words={wordsFor(moment)}
          placeholder={shown?.hint ?? ''}
        />
      </Tabs.Panel>
    </Tabs.Root>
  );
}
