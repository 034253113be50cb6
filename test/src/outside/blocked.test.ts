import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOCKINGS, BlockingProxy } from './blocking-proxy.ts';
import type { ServerProcess } from './server-process.ts';
import { Stage } from './stage.ts';

const stage = new Stage({ transport: 'auto' });
let server: ServerProcess;

beforeAll(async () => {
  server = await stage.server();
});
afterAll(async () => {
  await stage.clear();
});

describe.concurrent.each(BLOCKINGS)('where the request for a WebSocket is %s', (blocking) => {
  let proxy: BlockingProxy;
  beforeAll(async () => {
    proxy = await BlockingProxy.start(blocking, server.port);
  });
  afterAll(async () => {
    await proxy.stop();
  });

  it('the device goes over to HTTP by itself, and sees at once what others do', async () => {
    const email = `${blocking}@example.org`;
    const a = stage.home();
    const b = stage.home();
    await a.signUp(proxy.url, email, 'Behind');
    await b.signIn(server.url, email, 'Outside');

    const watch = a.watch();
    await watch.synced();
    expect(watch.events.at(-1)).toMatchObject({ event: 'status', state: 'online', transport: 'http' });
    expect(await a.json('status')).toMatchObject({ state: 'online', phase: 'synced', server: proxy.url });

    const { id, outcome } = await b.json('create', '--kind', 'collection', '--name', 'From outside');
    expect(outcome).toBe('applied');
    const endedAt = performance.now();
    await watch.until((event) => event.event === 'created' && event.id === id);
    expect(performance.now() - endedAt).toBeLessThan(1_000);
    await watch.stop();

    // One-shot commands, too: each finds its way anew, and waits for the outcome.
    expect(await a.json('set', id, 'info.name=From behind')).toMatchObject({ outcome: 'applied', pending: 0 });
    await b.json('sync');
    expect((await b.json('get', id)).data.info.name).toBe('From behind');
  });
});
