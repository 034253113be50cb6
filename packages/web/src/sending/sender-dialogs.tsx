/** What is asked about sending: which way, pairing with the agent, and consent to the server's relay, limits and certificates; and the cookies. */
import { CookiesDialog } from '../cookies/cookies-dialog.tsx';
import { ConsentDialog } from './consent-dialog.tsx';
import { PairingDialog } from './pairing-dialog.tsx';
import type { SenderDialog } from './sender-menu-state.ts';
import { SurroundingsDialog } from './surroundings-dialog.tsx';
import { WaysDialog } from './ways-dialog.tsx';

export default function SenderDialogs({ open }: { readonly open: SenderDialog }) {
  switch (open) {
    case 'ways':
      return <WaysDialog />;
    case 'pairing':
      return <PairingDialog />;
    case 'consent':
      return <ConsentDialog />;
    case 'surroundings':
      return <SurroundingsDialog />;
    case 'cookies':
      return <CookiesDialog />;
  }
}
