/**
 * The connection as a machine without effects of its own: what happens, in which state, leads to which state and asks for
 * which effects. The table has a line for every state and every event; what is missing does not compile.
 */
import { ERRORS } from '@waypost/protocol';
import type { CloseReason, Transport } from './ports.ts';

export type TransportName = Transport['name'];

export type ConnectionState =
  /** Not wanted: sync is off here, or another process holds the connection. */
  | 'off'
  /** Between two attempts. */
  | 'waiting'
  | 'connecting'
  /** Open; the hello is not answered yet. */
  | 'greeting'
  | 'live'
  /** Signed out: never again without a new sign-in. */
  | 'ended';

export interface ConnectionMemory {
  readonly state: ConnectionState;
  readonly transport: TransportName;
  /** Attempts since the last connection that held. */
  readonly attempt: number;
  /** Sockets that failed one after the other before they were of use. */
  readonly socketFailures: number;
  /** When the socket was given up for HTTP; null while it is the first choice. */
  readonly httpSince: number | null;
  readonly triedAt: number;
  readonly liveSince: number;
  /** A ping that is not answered yet. */
  readonly pinging: boolean;
  /** Why there is no connection. */
  readonly reason: CloseReason | null;
}

export type ConnectionEvent =
  | { readonly kind: 'wanted' }
  | { readonly kind: 'unwanted' }
  | { readonly kind: 'opened' }
  | { readonly kind: 'welcomed' }
  | { readonly kind: 'closed'; readonly reason: CloseReason }
  /** The one timer of the machine. */
  | { readonly kind: 'timer' }
  /** The network is there again, the window has the focus, a person asks for it. */
  | { readonly kind: 'nudge' }
  | { readonly kind: 'goaway'; readonly withinMs: number }
  | { readonly kind: 'pong' }
  | { readonly kind: 'signedOut'; readonly reason: CloseReason };

export type ConnectionEffect =
  | { readonly do: 'connect'; readonly transport: TransportName }
  | { readonly do: 'close' }
  | { readonly do: 'hello' }
  | { readonly do: 'ping' }
  /** Replaces the timer. */
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'stopWaiting' }
  /** The workspaces are told. */
  | { readonly do: 'begin' }
  | { readonly do: 'end' };

export interface ConnectionWorld {
  readonly now: number;
  /** From 0 up to 1. */
  readonly chance: number;
  /** The transports there are, in order of preference. */
  readonly transports: readonly TransportName[];
}

type Step = readonly [ConnectionMemory, readonly ConnectionEffect[]];
type Rule<Event> = (memory: ConnectionMemory, event: Event, world: ConnectionWorld) => Step;
type Table = {
  readonly [State in ConnectionState]: {
    readonly [Kind in ConnectionEvent['kind']]: Rule<Extract<ConnectionEvent, { kind: Kind }>>;
  };
};

const BACKOFF_MS_MAX = 30_000;
const BACKOFF_MS_FIRST = 500;
/** Where only a person or an update can help: looked at again now and then, in case somebody did. */
const HOPELESS_MS = 5 * 60_000;
const NUDGE_EVERY_MS = 5_000;
/** An attempt that takes longer is given up. */
const ATTEMPT_MS = 5_000;
/** For a socket to open where HTTP could do instead: a command that waits five seconds must still get there. */
const SOCKET_OPENS_MS = 2_000;
const PING_EVERY_MS = 15_000;
/** A ping that is not answered by then says that the connection is dead, however open it looks. */
const PONG_WITHIN_MS = 10_000;
/** A connection that held for so long was a good one. */
const HELD_MS = 10_000;
const SOCKET_FAILURES_MAX = 2;
const SOCKET_AGAIN_MS = 5 * 60_000;

export const OFF: ConnectionMemory = {
  ...{ state: 'off', transport: 'websocket', attempt: 0, socketFailures: 0, httpSince: null },
  ...{ triedAt: Number.NEGATIVE_INFINITY, liveSince: 0, pinging: false, reason: null },
};

export function step(memory: ConnectionMemory, event: ConnectionEvent, world: ConnectionWorld): Step {
  switch (event.kind) {
    case 'wanted':
      return TABLE[memory.state].wanted(memory, event, world);
    case 'unwanted':
      return TABLE[memory.state].unwanted(memory, event, world);
    case 'opened':
      return TABLE[memory.state].opened(memory, event, world);
    case 'welcomed':
      return TABLE[memory.state].welcomed(memory, event, world);
    case 'closed':
      return TABLE[memory.state].closed(memory, event, world);
    case 'timer':
      return TABLE[memory.state].timer(memory, event, world);
    case 'nudge':
      return TABLE[memory.state].nudge(memory, event, world);
    case 'goaway':
      return TABLE[memory.state].goaway(memory, event, world);
    case 'pong':
      return TABLE[memory.state].pong(memory, event, world);
    case 'signedOut':
      return TABLE[memory.state].signedOut(memory, event, world);
  }
}

const stay: Rule<ConnectionEvent> = (memory) => [memory, []];

const tryNow: Rule<ConnectionEvent> = (memory, _event, world) => {
  const transport = chosen(memory, world);
  const next: ConnectionMemory = { ...memory, state: 'connecting', transport, triedAt: world.now, pinging: false };
  return [
    next,
    [
      { do: 'connect', transport },
      { do: 'wait', ms: hasHttpLeft(next, world) ? SOCKET_OPENS_MS : ATTEMPT_MS },
    ],
  ];
};

/** The attempt goes on over HTTP, at once. If that fails too, the next one begins with the socket again. */
const overHttp = (memory: ConnectionMemory): Step => [
  { ...memory, state: 'connecting', transport: 'http' },
  [{ do: 'close' }, { do: 'connect', transport: 'http' }, { do: 'wait', ms: ATTEMPT_MS }],
];

const leave: Rule<ConnectionEvent> = (memory) => [
  { ...memory, state: 'off', pinging: false },
  [...(memory.state === 'live' ? [{ do: 'end' } as const] : []), { do: 'close' }, { do: 'stopWaiting' }],
];

const end: Rule<{ readonly kind: 'signedOut'; readonly reason: CloseReason }> = (memory, { reason }) => [
  { ...memory, state: 'ended', reason, pinging: false },
  [...(memory.state === 'live' ? [{ do: 'end' } as const] : []), { do: 'close' }, { do: 'stopWaiting' }],
];

/** An attempt failed, or a connection that was of use is gone. */
const lost = (memory: ConnectionMemory, reason: CloseReason, world: ConnectionWorld): Step => {
  const wasLive = memory.state === 'live';
  const held = wasLive && world.now - memory.liveSince >= HELD_MS;
  const isSocket = memory.transport === 'websocket';
  // A server that cannot be reached by HTTP either is not a proxy's fault: then the socket has its turn again.
  const socketFailures = held || !isSocket ? 0 : memory.socketFailures + (isFaultOfSocket(reason) ? 1 : 0);
  const attempt = held ? 0 : memory.attempt + 1;
  const next: ConnectionMemory = {
    ...memory,
    ...{ state: 'waiting', socketFailures, attempt, reason, pinging: false },
    httpSince: isSocket || wasLive ? memory.httpSince : null,
  };
  const longest = ERRORS[reason.code].retry
    ? Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** Math.min(attempt, 10))
    : HOPELESS_MS;
  return [
    next,
    [
      ...(wasLive ? [{ do: 'end' } as const] : []),
      { do: 'close' },
      { do: 'wait', ms: Math.ceil(world.chance * longest) },
    ],
  ];
};

/** What a proxy that knows nothing of WebSockets does to one; a full disk here, or a server going down, says nothing of it. */
function isFaultOfSocket({ code }: CloseReason): boolean {
  return code === 'offline' || code === 'bad-message' || code === 'frame-too-large';
}

const lostBy: Rule<{ readonly kind: 'closed'; readonly reason: CloseReason }> = (memory, { reason }, world) =>
  lost(memory, reason, world);

const tooSlow: Rule<ConnectionEvent> = (memory, _event, world) =>
  lost(memory, { code: 'offline', detail: 'The server did not answer.' }, world);

const notOpened: Rule<{ readonly kind: 'closed'; readonly reason: CloseReason }> = (memory, event, world) =>
  event.reason.isBlocked === true && hasHttpLeft(memory, world) ? overHttp(memory) : lostBy(memory, event, world);

const notOpenedInTime: Rule<ConnectionEvent> = (memory, event, world) =>
  hasHttpLeft(memory, world) ? overHttp(memory) : tooSlow(memory, event, world);

function hasHttpLeft({ transport }: ConnectionMemory, { transports }: ConnectionWorld): boolean {
  return transport === 'websocket' && transports.includes('http');
}

const nudgeWaiting: Rule<ConnectionEvent> = (memory, event, world) => {
  const sinceMs = world.now - memory.triedAt;
  if (sinceMs >= NUDGE_EVERY_MS || sinceMs < 0) return tryNow(memory, event, world);
  return [memory, [{ do: 'wait', ms: NUDGE_EVERY_MS - sinceMs }]];
};

/** After a sleep or in another network, a connection may only look open: it is asked at once. */
const nudgeLive: Rule<ConnectionEvent> = (memory, event, world) =>
  memory.pinging ? [memory, []] : beat(memory, event, world);

/** Every device of a server that goes down comes back at a moment of its own. */
const goAway: Rule<{ readonly kind: 'goaway'; readonly withinMs: number }> = (memory, { withinMs }, world) => [
  {
    ...memory,
    state: 'waiting',
    pinging: false,
    reason: { code: 'shutting-down', detail: ERRORS['shutting-down'].advice },
  },
  [
    ...(memory.state === 'live' ? [{ do: 'end' } as const] : []),
    { do: 'close' },
    { do: 'wait', ms: Math.ceil(world.chance * withinMs) },
  ],
];

const beat: Rule<ConnectionEvent> = (memory, event, world) => {
  const isHttp = memory.transport === 'http';
  if (isHttp && memory.httpSince !== null && world.now - memory.httpSince >= SOCKET_AGAIN_MS) {
    const again = tryNow({ ...memory, httpSince: null, socketFailures: SOCKET_FAILURES_MAX - 1 }, event, world);
    return [again[0], [{ do: 'end' }, { do: 'close' }, ...again[1]]];
  }
  if (memory.pinging) return tooSlow(memory, event, world);
  return [{ ...memory, pinging: true }, [{ do: 'ping' }, { do: 'wait', ms: PONG_WITHIN_MS }]];
};

const welcome: Rule<ConnectionEvent> = (memory, _event, world) => {
  const gaveUpSocket = memory.transport === 'http' && world.transports[0] === 'websocket';
  return [
    {
      ...memory,
      state: 'live',
      liveSince: world.now,
      reason: null,
      httpSince: gaveUpSocket ? (memory.httpSince ?? world.now) : null,
    },
    [{ do: 'begin' }, { do: 'wait', ms: PING_EVERY_MS }],
  ];
};

const TABLE: Table = {
  off: {
    ...{ wanted: tryNow, unwanted: stay, opened: stay, welcomed: stay, closed: stay },
    ...{ timer: stay, nudge: stay, goaway: stay, pong: stay, signedOut: end },
  },
  waiting: {
    ...{ wanted: stay, unwanted: leave, opened: stay, welcomed: stay, closed: stay },
    ...{ timer: tryNow, nudge: nudgeWaiting, goaway: stay, pong: stay, signedOut: end },
  },
  connecting: {
    opened: (memory) => [{ ...memory, state: 'greeting' }, [{ do: 'hello' }, { do: 'wait', ms: ATTEMPT_MS }]],
    ...{ wanted: stay, unwanted: leave, welcomed: stay, closed: notOpened },
    ...{ timer: notOpenedInTime, nudge: stay, goaway: goAway, pong: stay, signedOut: end },
  },
  greeting: {
    ...{ wanted: stay, unwanted: leave, opened: stay, welcomed: welcome, closed: lostBy },
    ...{ timer: tooSlow, nudge: stay, goaway: goAway, pong: stay, signedOut: end },
  },
  live: {
    ...{ wanted: stay, unwanted: leave, opened: stay, welcomed: stay, closed: lostBy },
    ...{ timer: beat, nudge: nudgeLive, goaway: goAway, signedOut: end },
    pong: (memory) =>
      memory.pinging ? [{ ...memory, pinging: false }, [{ do: 'wait', ms: PING_EVERY_MS }]] : [memory, []],
  },
  ended: {
    ...{ wanted: stay, unwanted: stay, opened: stay, welcomed: stay, closed: stay },
    ...{ timer: stay, nudge: stay, goaway: stay, pong: stay, signedOut: stay },
  },
};

function chosen({ socketFailures, httpSince }: ConnectionMemory, { transports }: ConnectionWorld): TransportName {
  const [first = 'websocket', second] = transports;
  if (first !== 'websocket' || second === undefined) return first;
  return httpSince !== null || socketFailures >= SOCKET_FAILURES_MAX ? second : first;
}
