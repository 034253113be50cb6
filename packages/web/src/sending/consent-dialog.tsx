/** Consent to send through the server: what that means, asked once for a workspace, and taken back in the same place. */
import { Button } from '../design/button.tsx';
import { Dialog } from '../design/dialog.tsx';
import { useBench, useStatus } from '../desk/use-desk.ts';
import { openSenderDialog } from './sender-menu-state.ts';
import { agreeToRelay } from './way-choice.ts';

export function ConsentDialog() {
  const bench = useBench();
  const name = useStatus().workspaces.find(({ id }) => id === bench.workspace)?.name ?? 'this workspace';
  return (
    <Dialog
      title={`Send ${name} through the server?`}
      close={() => openSenderDialog('ways')}
      actions={
        <>
          <Button onClick={() => openSenderDialog('ways')}>Not now</Button>
          <Button
            look="primary"
            onClick={() => {
              void agreeToRelay(bench, true);
              openSenderDialog('ways');
            }}
          >
            Agree
          </Button>
        </>
      }
    >
      <ul className="flex list-disc flex-col gap-2 pl-5 text-sm">
        <li>
          What is in a request leaves this device to be sent: addresses, headers, bodies, and with them the local values
          and cookies that it needs.
        </li>
        <li>The server passes them on, and the response back. It keeps none of it and writes none of it to its log.</li>
        <li>It reaches public addresses only, not this machine and not your network.</li>
        <li>Scripts run here in the browser in any case.</li>
      </ul>
      <p className="mt-3 text-sm text-muted">
        This is for this workspace on this device. You can take it back any time.
      </p>
    </Dialog>
  );
}
