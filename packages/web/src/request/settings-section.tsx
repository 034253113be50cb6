/** How a request is sent: redirects, certificates, cookies. What is not set here is as the folders above say, or as usual. */
import { itemsOf, textOf } from '@waypost/model';
import { type ElementId, type JsonNode, memberOf, nodeAt, parseRecent } from '@waypost/protocol';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../design/button.tsx';
import { INPUT } from '../design/field.tsx';
import { Select } from '../design/select.tsx';
import { Setting } from '../design/setting.tsx';
import { type Ancestor, useAncestors } from '../desk/use-ancestors.ts';
import { type Behaviour, BEHAVIOURS, listOf } from './behaviours.ts';
import type { Editing } from './editing.ts';

const PATH = 'protocolProfileBehavior';

export interface SettingsSectionProps {
  readonly editing: Editing;
  readonly parent: ElementId | null;
}

export default function SettingsSection({ editing, parent }: SettingsSectionProps) {
  const above = useAncestors(parent) ?? [];
  const own = nodeAt(editing.content.data, [PATH]);
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="max-w-2xl px-4 py-1">
        {BEHAVIOURS.map((behaviour) => (
          <OneBehaviour
            key={behaviour.key}
            behaviour={behaviour}
            set={memberOf(own, behaviour.key)}
            inherited={inheritedOf(above, behaviour)}
            write={(json) =>
              editing.edit([
                json === null
                  ? { op: 'unset', path: `${PATH}.${behaviour.key}` }
                  : { op: 'json', path: `${PATH}.${behaviour.key}`, json: JSON.stringify(json) },
              ])
            }
          />
        ))}
      </div>
    </div>
  );
}

interface Inherited {
  readonly text: string;
  /** Who says so; null for what is usual. */
  readonly from: string | null;
}

function inheritedOf(above: readonly Ancestor[], behaviour: Behaviour): Inherited {
  for (const { data, name } of above) {
    const node = nodeAt(parseRecent(data), [PATH, behaviour.key]);
    if (node !== undefined) return { text: textOfBehaviour(node), from: name };
  }
  return { text: Array.isArray(behaviour.usually) ? '' : String(behaviour.usually), from: null };
}

function textOfBehaviour(node: JsonNode): string {
  return node.kind === 'array'
    ? itemsOf(node)
        .map((one) => textOf(one) ?? '')
        .join(', ')
    : (textOf(node) ?? '');
}

interface OneBehaviourProps {
  readonly behaviour: Behaviour;
  readonly set: JsonNode | undefined;
  readonly inherited: Inherited;
  readonly write: (json: unknown) => void;
}

function OneBehaviour({ behaviour, set, inherited, write }: OneBehaviourProps) {
  const value = set === undefined ? inherited.text : textOfBehaviour(set);
  const note = set === undefined && inherited.from !== null ? `As “${inherited.from}” says. ` : '';
  return (
    <Setting title={behaviour.title} hint={`${note}${behaviour.hint}`}>
      <div className="flex items-center gap-1">
        {set === undefined ? null : (
          <IconButton
            size="small"
            icon={RotateCcw}
            label={`${behaviour.title}: as usual`}
            onClick={() => write(null)}
          />
        )}
        <Control behaviour={behaviour} value={value} write={write} />
      </div>
    </Setting>
  );
}

interface ControlProps {
  readonly behaviour: Behaviour;
  readonly value: string;
  readonly write: (json: unknown) => void;
}

function Control({ behaviour, value, write }: ControlProps) {
  const [typed, setTyped] = useState<string | null>(null);
  switch (behaviour.input) {
    case 'switch':
      return (
        <input
          type="checkbox"
          aria-label={behaviour.title}
          className="size-4 accent-accent"
          checked={value === 'true'}
          onChange={({ target }) => write(target.checked)}
        />
      );
    case 'choice':
      return (
        <Select
          label={behaviour.title}
          value={value}
          choose={write}
          options={behaviour.options.map(([option, label]) => ({ value: option, label }))}
        />
      );
    case 'number':
      return (
        <input
          type="number"
          min={0}
          aria-label={behaviour.title}
          className={`${INPUT} max-w-24`}
          value={value}
          onChange={({ target }) => (target.value === '' ? write(null) : write(Number(target.value)))}
        />
      );
    case 'list':
      return (
        <input
          aria-label={behaviour.title}
          placeholder={behaviour.example}
          spellCheck={false}
          className={`${INPUT} w-64! font-mono text-xs`}
          value={typed ?? value}
          onChange={({ target }) => {
            setTyped(target.value);
            const list = listOf(target.value);
            write(list.length === 0 ? null : list);
          }}
          onBlur={() => setTyped(null)}
        />
      );
  }
}
