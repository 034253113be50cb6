/** What a server needs to send for others, without the engine in its own thread. */
export { type DeskBounds, ExchangeDesk, OWN_MACHINE, type Place } from './exchange-desk.ts';
export { type SendingKind, SendingThread } from './sending-thread.ts';
export {
  type AgentEvent,
  type AgentPairing,
  type AgentPairings,
  AgentServer,
  type AgentServerOptions,
  PAIRING_FILE_FORMAT,
  pairingFileSchema,
} from './agent-server.ts';
export { CODE_LIVES_MS } from './pairing-code.ts';
