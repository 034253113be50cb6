/**
 * The relay of a server that several people share: it sends for a browser that can neither send by itself nor through a
 * machine of its own. It asks who it is, and whether they agreed, for this workspace, to what that means; it sends to public
 * addresses only, keeps nothing of what it sends, and writes nothing of it down.
 */
import { isUuid, WaypostError } from '@waypost/protocol';
import { type DeskBounds, ExchangeDesk, SendingThread } from '@waypost/runner/serving';
import type { FastifyInstance } from 'fastify';
import type { Accounts } from '../accounts/accounts.ts';
import { callerOf } from './callers.ts';
import { serveExchange, takesOrders } from './exchanges.ts';

/** The workspace whose request this is, and for which the person agreed. */
const CONSENT = 'x-waypost-consent';

/** All of it together is about 600 MB at the worst, and half a core. */
const RELAY_BOUNDS: DeskBounds = {
  atOnceMax: 24,
  atOncePerPersonMax: 4,
  perMinuteMax: 120,
  orderBytesMax: 8 * 1024 * 1024,
  responseBytesMax: 16 * 1024 * 1024,
  timeoutMsMax: 60_000,
};

export interface RelayOptions {
  readonly accounts: Pick<Accounts, 'workspaces'>;
  /** Null: this server relays nothing. Otherwise hosts, addresses and ranges to send to although they are not public. */
  readonly allowed: readonly string[] | null;
}

/** For signed-in devices: `devices` knows its callers. */
export function relayRoutes(devices: FastifyInstance, { accounts, allowed }: RelayOptions): void {
  const desk = allowed === null ? null : new ExchangeDesk(new SendingThread({ kind: 'relay', allowed }), RELAY_BOUNDS);
  devices.register(async (routes) => {
    takesOrders(routes);
    routes.post('/api/relay', async (request, reply) => {
      if (desk === null) {
        throw new WaypostError(
          'forbidden',
          'This server sends no requests: its administrator can turn that on, with --relay on.',
        );
      }
      const { account } = callerOf(request).device;
      const consent = request.headers[CONSENT];
      if (typeof consent !== 'string' || !isUuid(consent)) {
        throw new WaypostError('forbidden', 'To send through the server, agree to that for this workspace first.');
      }
      const own = await accounts.workspaces(account);
      if (!own.some(({ id }) => id === consent)) throw new WaypostError('no-workspace');
      await serveExchange(desk, account, { request, reply });
    });
  });
}
