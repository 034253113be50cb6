/** The ways a request can leave: what each means in plain words, and which one fits. */
export type Way = 'machine' | 'agent' | 'browser' | 'relay';

export interface WayWords {
  /** As the footer says it. */
  readonly name: string;
  readonly what: string;
}

export const WAYS: Readonly<Record<Way, WayWords>> = {
  machine: {
    name: 'this machine',
    what: 'Waypost on this machine sends. It reaches whatever this machine reaches, with every header, cookie and certificate.',
  },
  agent: {
    name: 'agent',
    what: 'The Waypost agent on this machine sends, for an app that comes from elsewhere. It reaches whatever this machine reaches.',
  },
  browser: {
    name: 'this browser',
    what: 'The browser sends by itself: only to servers that allow it, and without cookies and the headers it keeps for itself.',
  },
  relay: {
    name: 'server',
    what: 'The Waypost server sends. What is in the request, local values too, passes through it; it keeps and logs none of that. It reaches public addresses only.',
  },
};

/** What there is to send with just now. */
export interface Reach {
  /** The app came from a Waypost server on this machine. */
  readonly isMachine: boolean;
  readonly isAgentPaired: boolean;
  /** The server offers a relay, somebody is signed in, and agreed for this workspace. */
  readonly isRelayAgreed: boolean;
}

/** Null: whatever fits. */
export type ChosenWay = Way | null;

export function fits(way: Way, { isMachine, isAgentPaired, isRelayAgreed }: Reach): boolean {
  switch (way) {
    case 'machine':
      return isMachine;
    case 'agent':
      return isAgentPaired;
    case 'relay':
      return isRelayAgreed;
    case 'browser':
      return true;
  }
}

/** What a person chose, where that is there, and otherwise the first that sends as written; the browser sends always. */
export function wayFor(chosen: ChosenWay, reach: Reach): Way {
  if (chosen !== null && fits(chosen, reach)) return chosen;
  return (['machine', 'agent', 'relay'] as const).find((way) => fits(way, reach)) ?? 'browser';
}
