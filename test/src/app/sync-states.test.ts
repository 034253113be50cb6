import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ServerProcess } from '../outside/server-process.ts';
import { Stage } from '../outside/stage.ts';
import { violationsOn } from './accessibility.ts';
import { synced } from './account.ts';
import type { App } from './app.ts';
import { openTwoBrowsers, type TwoBrowsers } from './two-browsers.ts';

const PATIENCE = { timeout: 15_000 };

describe('the state of sync', () => {
  const stage = new Stage();
  let browsers: TwoBrowsers;
  let server: ServerProcess;
  let desk: App;
  let lap: App;

  beforeAll(async () => {
    const folder = (name: string): unknown => ({ name, item: [{ name: `${name} 1`, request: { url: 'a.test' } }] });
    const item = [folder('Left'), folder('Right'), { name: 'Users', request: { url: 'https://api.test/users' } }];
    browsers = await openTwoBrowsers(stage, item);
    ({ server, desk, lap } = browsers);
    for (const app of [desk, lap]) await app.openElement('Users');
  });
  afterAll(async () => {
    await browsers.remove();
    await stage.clear();
  });

  it('is Error where waiting does not help, with the reason; Retry goes on once the reason is gone [C1, C2]', async () => {
    await server.kill();
    server = await stage.serverIn(server.folder, '--port', String(server.port), '--sync', 'off');
    await lap.command('Sync now');
    await state(lap, 'Error: sync stopped').waitFor();
    await lap.url.fill('https://api.test/while/stopped');
    await lap.save();
    const stopped = 'Error: sync stopped, 1 waiting';
    await state(lap, stopped).click();
    const details = lap.page.getByRole('dialog', { name: stopped });
    await details.getByText('This server has sync turned off: work stays on this device.').first().waitFor();
    await details.getByRole('button', { name: 'Users 1 change' }).waitFor();
    expect(await violationsOn(lap.page)).toEqual([]);
    await server.kill();
    server = await stage.again(server);
    await details.getByRole('button', { name: 'Retry' }).click();
    await synced(lap);
    await lap.page.keyboard.press('Escape');
    await desk.command('Sync now');
    await expect.poll(() => desk.url.inputValue(), PATIENCE).toBe('https://api.test/while/stopped');
  });

  it('names what the server refused, with the reason; it is kept until the person lets it go [B6, C2]', async () => {
    await Promise.all([desk, lap].map((app) => open(app)));
    await Promise.all([desk, lap].map((app) => synced(app)));
    await server.kill();
    await state(lap, 'Offline').waitFor();
    await move(lap, 'Left', 'Right');
    await state(lap, 'Offline: 1 waiting').waitFor();
    await move(desk, 'Right', 'Left');
    await state(desk, 'Offline: 1 waiting').waitFor();
    server = await stage.again(server);
    await Promise.all([desk, lap].map((app) => app.command('Sync now')));
    // Whoever comes second would put the folders into each other.
    const refused = await Promise.any(
      [desk, lap].map((app) =>
        app.page
          .getByText('The server refused a change')
          .first()
          .waitFor()
          .then(() => app),
      ),
    );
    const name = refused === lap ? 'Left' : 'Right';
    await Promise.all([desk, lap].map((app) => synced(app)));
    await state(refused, 'Online: synced').click();
    const details = refused.page.getByRole('dialog', { name: 'Online: synced' });
    await details.getByText(`Move “${name}”`).waitFor();
    await details.getByText('It would put a folder into itself, or folders into each other too deep.').waitFor();
    expect(await violationsOn(refused.page)).toEqual([]);
    await details.getByRole('button', { name: 'Let it go' }).click();
    await details.getByText('Refused by the server, kept here').waitFor({ state: 'detached' });
    await refused.page.keyboard.press('Escape');
  });

  it('had no fault in the page', () => {
    const own = (fault: string): boolean => !/WebSocket connection|ERR_CONNECTION/.test(fault);
    expect([...desk.faults, ...lap.faults].filter(own)).toEqual([]);
  });
});

function state(app: App, label: string) {
  return app.footer.getByRole('button', { name: label, exact: true });
}

/** Shows what is in the collection. */
async function open(app: App): Promise<void> {
  await app.openElement('Users');
  await app.row('Left').waitFor();
}

async function move(app: App, what: string, into: string): Promise<void> {
  await app.row(what).first().click();
  await app.page.keyboard.press('ControlOrMeta+x');
  await app.row(into).first().click();
  await app.page.keyboard.press('ControlOrMeta+v');
}
