/** Sends the request, or stops sending it. */
import type { ElementId } from '@waypost/protocol';
import { Send, X } from 'lucide-react';
import { useCallback } from 'react';
import { Button } from '../design/button.tsx';
import { useTabCommand } from '../frame/tab-commands.ts';
import { useSends, useSendsOf } from './use-sends.ts';

export function SendButton({ id }: { readonly id: ElementId }) {
  const sends = useSends();
  const { isSending } = useSendsOf(id);
  useTabCommand(
    'send',
    useCallback(() => void sends.send(id), [sends, id]),
  );
  return isSending ? (
    <Button icon={X} onClick={() => sends.cancel(id)}>
      Cancel
    </Button>
  ) : (
    <Button look="primary" icon={Send} onClick={() => void sends.send(id)}>
      Send
    </Button>
  );
}
