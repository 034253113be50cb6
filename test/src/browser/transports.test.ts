import { FakeServer } from '@waypost/client/fake-server';
import type { ClientMessage } from '@waypost/protocol';
import { afterAll, expect, it } from 'vitest';
import { Profile } from './profile.ts';
import { serveModule } from './site.ts';

// The page comes from another port than the servers it talks to, which the app never does.
const profile = await Profile.open({ flags: ['--disable-web-security'] });
const site = await serveModule('transports.page.ts', import.meta.url, { suite: true });
const servers = new Map<string, FakeServer>();
const page = await profile.context.newPage();

const outside = {
  async startServer() {
    const server = await FakeServer.start();
    const url = `http://127.0.0.1:${server.port}`;
    servers.set(url, server);
    server.heardBy((message) => void tell(url, message));
    return url;
  },
  async say(url: string, text: string | null) {
    if (text === null) servers.get(url)?.sayGarbage();
    else servers.get(url)?.say(JSON.parse(text) as { type: string });
  },
  async stop(url: string) {
    await servers.get(url)?.stop();
    servers.delete(url);
  },
};
await page.exposeFunction('askOutside', async (name: keyof typeof outside, ...given: readonly string[]) =>
  (outside[name] as (...values: readonly unknown[]) => Promise<unknown>)(...given),
);
await page.addInitScript(() => {
  const { askOutside } = globalThis as unknown as { askOutside: (...given: unknown[]) => Promise<unknown> };
  const asking =
    (name: string) =>
    (...given: unknown[]) =>
      askOutside(name, ...given);
  Object.assign(globalThis, {
    outside: { startServer: asking('startServer'), say: asking('say'), stop: asking('stop') },
  });
});
await page.goto(site.url);

async function tell(url: string, message: ClientMessage): Promise<void> {
  await page.evaluate(([server, told]) => heard(server, told), [url, message] as const);
}

afterAll(async () => {
  for (const server of servers.values()) await server.stop();
  await profile.remove();
  await site.stop();
});

for (const title of await page.evaluate(() => pageSuite.titles())) {
  it(title, async () => {
    expect(await page.evaluate((asked) => pageSuite.run(asked), title)).toBe(null);
  });
}
