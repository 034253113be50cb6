/** Method, address, sending and saving. A whole command of curl pasted into the address becomes the request. */
import { importCurl, isCurl, readPath } from '@waypost/model';
import { memberOf, nodeAt, printJson, stringOf } from '@waypost/protocol';
import { type ClipboardEvent, useCallback, useRef } from 'react';
import { notify } from '../design/notice.tsx';
import { VariableInput } from '../design/variable-input.tsx';
import type { VariableLook } from '../design/variable-look.ts';
import type { DraftState } from '../desk/drafts.ts';
import { useBench } from '../desk/use-desk.ts';
import { saveTab } from '../frame/actions.ts';
import { useTabCommand } from '../frame/tab-commands.ts';
import { SendButton } from '../sending/send-button.tsx';
import { useSends } from '../sending/use-sends.ts';
import { type Editing, requestMember, requestPath } from './editing.ts';
import { MethodField } from './method-field.tsx';
import { pastedAddress } from './pasted-address.ts';
import { SaveButton } from './save-button.tsx';

export interface UrlBarProps {
  readonly editing: Editing & { readonly draft: DraftState };
  readonly variables: VariableLook;
}

export function UrlBar({ editing, variables }: UrlBarProps) {
  const { id, kind, content, draft, edit } = editing;
  const bench = useBench();
  const sends = useSends();
  const input = useRef<HTMLInputElement>(null);
  const send = useCallback(() => void sends.send(id), [sends, id]);
  useTabCommand('send', send);
  useTabCommand(
    'focus-url',
    useCallback(() => {
      input.current?.focus();
      input.current?.select();
    }, []),
  );
  const methodPath = requestPath(kind, 'method');
  const urlPath = requestPath(kind, 'url.raw');
  const method = stringOf(readPath(kind, content, methodPath)) ?? 'GET';
  const url = stringOf(readPath(kind, content, urlPath)) ?? '';
  const onPaste = (event: ClipboardEvent<HTMLInputElement>): void => {
    const text = event.clipboardData.getData('text/plain');
    if (isCurl(text)) {
      const data = importCurl(text);
      if (data === null) return;
      event.preventDefault();
      const before = editing.now();
      edit([
        {
          op: 'json',
          path: requestMember(kind) ?? 'request',
          json: printJson(memberOf(data, 'request') ?? data),
        },
        ...behaviourEdits(nodeAt(data, ['protocolProfileBehavior'])),
      ]);
      notify({
        text: 'The request was taken from the curl command',
        action: { label: 'Undo', act: () => editing.replace(before) },
      });
      return;
    }
    const address = pastedAddress(text);
    if (address === text) return;
    event.preventDefault();
    document.execCommand('insertText', false, address);
  };
  return (
    <div className="@container flex flex-wrap gap-2 p-3 pb-2">
      <MethodField
        method={method === '' ? 'GET' : method}
        change={(next) => edit([{ op: 'text', path: methodPath, text: next }])}
      />
      <div className="flex min-w-48 flex-1">
        <VariableInput
          label="URL"
          input={input}
          value={url}
          change={(text) => edit([{ op: 'text', path: urlPath, text }])}
          variables={variables}
          placeholder="https://api.example.com/things/:id — or paste a curl command"
          onEnter={send}
          onPaste={onPaste}
        />
      </div>
      <SendButton id={id} />
      <SaveButton draft={draft} save={() => void saveTab(bench, id)} />
    </div>
  );
}

function behaviourEdits(behaviour: ReturnType<typeof nodeAt>) {
  if (behaviour?.kind !== 'object') return [];
  return behaviour.members.map(
    ({ key, value }) => ({ op: 'json', path: `protocolProfileBehavior.${key}`, json: printJson(value) }) as const,
  );
}
