/** What sends, for each way. */
import { forStranger, type Sender } from '@waypost/runner';
import { DirectSender, MachineSender, RemoteSender } from '@waypost/runner/browser';
import type { Bench } from '../desk/bench.ts';
import type { Desk } from '../desk/desk.ts';
import { atHand } from './at-hand.ts';
import type { Way } from './ways.ts';

/** One for the page: it remembers what the server knows it by. */
const machine = new MachineSender();

export function senderFor(way: Way, { desk, bench }: { readonly desk: Desk; readonly bench: Bench }): Sender {
  switch (way) {
    case 'machine':
      return machine;
    case 'agent': {
      const { url = '', token = '' } = atHand.getState().agent ?? {};
      return new RemoteSender({
        url: `${url}/send`,
        headers: async () => ({ authorization: `Bearer ${token}` }),
        credentials: 'omit',
      });
    }
    case 'relay':
      return forStranger(
        new RemoteSender({
          url: `${desk.seat.server ?? ''}/api/relay`,
          headers: async () => ({
            authorization: `Bearer ${(await desk.seat.token()) ?? ''}`,
            'x-waypost-consent': bench.workspace,
          }),
          credentials: 'omit',
        }),
      );
    case 'browser':
      return new DirectSender({
        // Called as a method of something else it would not know its window.
        fetch: async (input, init) => fetch(input, init),
        performance,
        isSecure: location.protocol === 'https:',
      });
  }
}
