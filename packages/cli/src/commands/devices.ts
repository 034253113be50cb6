/** `waypost devices`: where this account is signed in. */
import { withAccount } from '../asking-server.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode, usageError } from '../failure.ts';
import { matching, shortId } from '../finding.ts';
import { nameText, quoted } from '../output/text.ts';
import { count, relativeTime } from '../output/relative-time.ts';

export async function devices(context: Context): Promise<ExitCode> {
  return withAccount(context, async (client) => {
    const list = await client.devices();
    const { output } = context;
    const now = Date.now();
    output.result({ ...list }, () => {
      output.table(
        ['ID', 'NAME', 'KIND', 'LAST SEEN', 'WAITING'],
        list.devices.map(({ id, name, kind, current, lastSeenAt, pending }) => [
          shortId(id),
          current ? `${nameText(name)} ${output.paint('green', '(this one)')}` : nameText(name),
          kind,
          current ? 'now' : relativeTime(lastSeenAt, now),
          pending === 0 ? '' : count(pending, 'change'),
        ]),
      );
      output.line(
        output.paint(
          'dim',
          list.limit === null
            ? 'Any number of devices may be signed in.'
            : `${list.devices.length} of ${count(list.limit, 'device')}.`,
        ),
      );
    });
    return EXIT.done;
  });
}

export async function signOutDevice(
  context: Context,
  idText: string,
  { erase }: { readonly erase?: boolean },
): Promise<ExitCode> {
  return withAccount(context, async (client) => {
    const { devices: list } = await client.devices();
    const device = matching(list, idText, 'device');
    if (device.current) throw usageError('That is the device you are on: `waypost logout` signs it out.');
    await client.signOutDevice(device.id, { erase: erase === true });
    context.output.result({ id: device.id, name: device.name, signedOut: true, erase: erase === true }, () => {
      const work =
        erase === true
          ? 'What it had not sent is erased with it.'
          : 'What it had not sent is sealed there until it signs in again.';
      context.output.line(
        `Signed out ${quoted(device.name)}. Its copy is erased at once, or when it next reaches the server. ${work}`,
      );
    });
    return EXIT.done;
  });
}
