/** Sends the request, or stops sending it. */
import type { ElementId } from '@waypost/protocol';
import { Send, X } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from '../design/button.tsx';
import { useBench } from '../desk/use-desk.ts';
import { prepareSending } from './prepare.ts';
import { useSends, useSendsOf } from './use-sends.ts';

export function SendButton({ id }: { readonly id: ElementId }) {
  const sends = useSends();
  const bench = useBench();
  const { isSending } = useSendsOf(id);
  useEffect(() => prepareSending(bench, id), [bench, id]);
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
