/** How requests are sent from this workspace: what there is, in plain words, and which one is in use. */
import { useId } from 'react';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { classes } from '../design/classes.ts';
import { Dialog } from '../design/dialog.tsx';
import { useBench, useDesk } from '../desk/use-desk.ts';
import { atHand } from './at-hand.ts';
import { openSenderDialog } from './sender-menu-state.ts';
import { useWay } from './use-sends.ts';
import { agreeToRelay, chooseWay, wayChoiceOf } from './way-choice.ts';
import { type ChosenWay, fits, type Reach, type Way, WAYS } from './ways.ts';

const ORDER: readonly Way[] = ['machine', 'agent', 'relay', 'browser'];

export function WaysDialog() {
  const bench = useBench();
  const name = useId();
  const { chosen, isAgreed } = useStore(wayChoiceOf(bench));
  const { isMachine, isRelayOffered: isRelayThere, agent } = useStore(atHand);
  const isSignedIn = useDesk().seat.account !== null;
  const isRelayOffered = isRelayThere && isSignedIn;
  const reach: Reach = { isMachine, isAgentPaired: agent !== null, isRelayAgreed: isRelayOffered && isAgreed };
  const current = useWay();
  const choose = (way: ChosenWay): void => void chooseWay(bench, way);
  return (
    <Dialog
      title="How requests are sent"
      description="Local values stay on this device, except here: what a request needs of them goes out in it."
      close={() => openSenderDialog(null)}
      actions={
        <>
          <Button look="quiet" onClick={() => openSenderDialog('surroundings')}>
            Limits, proxy and certificates
          </Button>
          <Button onClick={() => openSenderDialog(null)}>Done</Button>
        </>
      }
    >
      <fieldset className="flex flex-col gap-1">
        <legend className="sr-only">Sender</legend>
        <WayRow
          name={name}
          title="Automatic"
          detail={`Whatever fits: now it is ${WAYS[current].name}.`}
          isChosen={chosen === null}
          isThere
          choose={() => choose(null)}
        />
        {ORDER.map((way) => (
          <WayRow
            key={way}
            name={name}
            title={TITLES[way]}
            detail={WAYS[way].what}
            missing={missingOf(way, reach, { isRelayThere, isSignedIn })}
            isChosen={chosen === way && fits(way, reach)}
            isThere={fits(way, reach)}
            choose={() => choose(way)}
          >
            {way === 'agent' ? (
              <Button size="small" onClick={() => openSenderDialog('pairing')}>
                {agent === null ? 'Pair with the agent' : 'Pairing'}
              </Button>
            ) : null}
            {way === 'relay' && isRelayOffered ? (
              <Button
                size="small"
                onClick={() => (isAgreed ? void agreeToRelay(bench, false) : openSenderDialog('consent'))}
              >
                {isAgreed ? 'Take back the consent' : 'Agree for this workspace'}
              </Button>
            ) : null}
          </WayRow>
        ))}
      </fieldset>
    </Dialog>
  );
}

const TITLES: Readonly<Record<Way, string>> = {
  machine: 'Waypost on this machine',
  agent: 'The agent on this machine',
  relay: 'The Waypost server',
  browser: 'This browser',
};

function missingOf(
  way: Way,
  reach: Reach,
  { isRelayThere, isSignedIn }: { readonly isRelayThere: boolean; readonly isSignedIn: boolean },
): string | null {
  if (fits(way, reach)) return null;
  switch (way) {
    case 'machine':
      return 'Not here: the app did not come from a Waypost on this machine.';
    case 'agent':
      return 'Not paired with this browser.';
    case 'relay':
      if (!isRelayThere) return 'Not here: this server does not send.';
      return isSignedIn ? 'Needs your consent, for each workspace.' : 'Only for those who are signed in.';
    case 'browser':
      return null;
  }
}

interface WayRowProps {
  readonly name: string;
  readonly title: string;
  readonly detail: string;
  readonly missing?: string | null;
  readonly isChosen: boolean;
  readonly isThere: boolean;
  readonly choose: () => void;
  readonly children?: React.ReactNode;
}

function WayRow({ name, title, detail, missing = null, isChosen, isThere, choose, children }: WayRowProps) {
  const id = useId();
  return (
    <div
      className={classes(
        'flex items-start gap-3 rounded-lg border px-3 py-2.5',
        isChosen ? 'border-accent bg-accent-soft' : 'border-line',
      )}
    >
      <input
        type="radio"
        id={id}
        name={name}
        checked={isChosen}
        disabled={!isThere}
        onChange={choose}
        aria-describedby={`${id}-detail`}
        className="mt-0.5 size-4 shrink-0 accent-(--accent)"
      />
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="text-sm font-medium">
          {title}
        </label>
        <p id={`${id}-detail`} className="text-xs text-muted">
          {detail}
          {missing === null ? null : <span className="block text-warning">{missing}</span>}
        </p>
        {children === undefined || children === null ? null : <div className="mt-2 empty:hidden">{children}</div>}
      </div>
    </div>
  );
}
