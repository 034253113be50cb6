/** A request under edit: its address, and its parts one at a time. */
import { authOf } from '@waypost/model';
import { memberOf, stringOf } from '@waypost/protocol';
import { useState } from 'react';
import { type Choice, Choices } from '../design/choices.tsx';
import { useChildren } from '../desk/use-desk.ts';
import { useVariableLook } from '../desk/use-variables.ts';
import type { EditorProps } from '../frame/element-tab.tsx';
import { bodyOf, modeOf } from './body-modes.ts';
import { descriptionOf } from './description-text.ts';
import { requestPath, useEditing } from './editing.ts';
import { HeadersSection } from './headers-section.tsx';
import { ParamsSection } from './params-section.tsx';
import { countOn } from './rows.ts';
import { PresetsMenu } from './presets-menu.tsx';
import { hasSettings } from './behaviours.ts';
import { hasScripts } from './script-text.ts';
import { UnresolvedNotice } from './unresolved-notice.tsx';
import { UrlBar } from './url-bar.tsx';
import { later } from '../design/later.ts';

const AuthSection = later(() => import('./auth-section.tsx'));
const BodySection = later(() => import('./body-section.tsx'));
const ScriptsSection = later(() => import('./scripts-section.tsx'));
const SettingsSection = later(() => import('./settings-section.tsx'));
const DescriptionSection = later(() => import('./description-section.tsx'));
const ExamplesSection = later(() => import('./examples-section.tsx'));

type Part = 'params' | 'headers' | 'auth' | 'body' | 'scripts' | 'settings' | 'description' | 'examples';

/** Which part was looked at last, of any request: whoever goes through the bodies of ten requests sees bodies. */
let lastPart: Part = 'params';

export function RequestEditor({ id }: EditorProps) {
  const editing = useEditing(id);
  const [part, setPart] = useState<Part>(lastPart);
  const variables = useVariableLook(editing?.draft.parent ?? null);
  const examples = useChildren(id);
  if (editing === null) return null;
  const { kind, content, draft } = editing;
  const isRequest = kind === 'request';
  const countOf = (path: string): number => countOn(content, requestPath(kind, path));
  const choices: Choice<Part>[] = [
    { key: 'params', label: 'Params', count: countOf('url.query') + countOf('url.variable') },
    { key: 'headers', label: 'Headers', count: countOf('header') },
    { key: 'auth', label: 'Auth', isMarked: stringOf(memberOf(authOf(kind, content.data), 'type')) !== undefined },
    { key: 'body', label: 'Body', isMarked: modeOf(bodyOf(editing)) !== 'none' },
    ...(isRequest
      ? ([
          { key: 'scripts', label: 'Scripts', isMarked: hasScripts(editing) },
          {
            key: 'settings',
            label: 'Settings',
            isMarked: hasSettings(memberOf(content.data, 'protocolProfileBehavior')),
          },
        ] as const)
      : []),
    { key: 'description', label: 'Docs', isMarked: descriptionOf(editing, requestPath(kind, 'description')) !== '' },
    ...(isRequest && !draft.isNew ? [{ key: 'examples', label: 'Examples', count: examples.length } as const] : []),
  ];
  const chosen = choices.some(({ key }) => key === part) ? part : 'params';
  return (
    <div className="flex h-full min-h-0 flex-col">
      <UrlBar editing={editing} variables={variables} />
      <UnresolvedNotice editing={editing} parent={draft.parent} />
      <Choices
        label="Parts of the request"
        choices={choices}
        chosen={chosen}
        choose={(next) => {
          lastPart = next;
          setPart(next);
        }}
      >
        {chosen === 'params' ? (
          <ParamsSection editing={editing} variables={variables} />
        ) : chosen === 'headers' ? (
          <HeadersSection
            editing={editing}
            variables={variables}
            path={requestPath(kind, 'header')}
            aside={<PresetsMenu editing={editing} path={requestPath(kind, 'header')} />}
          />
        ) : chosen === 'auth' ? (
          <AuthSection editing={editing} parent={draft.parent} variables={variables} />
        ) : chosen === 'body' ? (
          <BodySection editing={editing} variables={variables} />
        ) : chosen === 'scripts' ? (
          <ScriptsSection editing={editing} />
        ) : chosen === 'settings' ? (
          <SettingsSection editing={editing} parent={draft.parent} />
        ) : chosen === 'description' ? (
          <DescriptionSection editing={editing} path={requestPath(kind, 'description')} />
        ) : (
          <ExamplesSection id={id} />
        )}
      </Choices>
    </div>
  );
}
