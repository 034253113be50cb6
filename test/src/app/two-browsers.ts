/** Two browsers of one account, Desk and Lap, each with the collection that Desk imported, and both in step. */
import { Profile } from '../browser/profile.ts';
import type { ServerProcess } from '../outside/server-process.ts';
import type { Stage } from '../outside/stage.ts';
import { signIn, signUp, synced } from './account.ts';
import { App } from './app.ts';

export interface TwoBrowsers {
  readonly server: ServerProcess;
  readonly desk: App;
  readonly lap: App;
  /** Closes both, and removes what they kept. */
  readonly remove: () => Promise<void>;
}

/** `item`: what is in the collection, as the format has it. */
export async function openTwoBrowsers(stage: Stage, item: readonly unknown[]): Promise<TwoBrowsers> {
  const [server, first, second] = await Promise.all([stage.server(), Profile.open(), Profile.open()]);
  const desk = await App.open(first, server.url);
  await desk.footer.getByRole('button', { name: 'Sync off: work stays on this device', exact: true }).waitFor();
  await signUp(desk, 'anna@example.org', 'Desk');
  await synced(desk);
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  await desk.importFiles(stage.file('Shop.json', JSON.stringify({ info: { name: 'Shop', schema }, item })));
  await desk.row('Shop').waitFor();
  const lap = await App.open(second, server.url);
  await signIn(lap, 'anna@example.org', 'Lap');
  await lap.row('Shop').waitFor();
  await synced(lap);
  const remove = async (): Promise<void> => {
    await Promise.all([first, second].map((profile) => profile.remove()));
  };
  return { server, desk, lap, remove };
}
