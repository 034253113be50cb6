/** What a server needs to send for others, without the engine in its own thread. */
export { type DeskBounds, ExchangeDesk, OWN_MACHINE, type Place } from './exchange-desk.ts';
export { type SendingKind, SendingThread } from './sending-thread.ts';
