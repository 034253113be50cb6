import type { WorkspaceId } from '@waypost/protocol';
import { expect, it } from 'vitest';
import { openTestDesk } from './bench.fixture.ts';

it('shows the workspace asked for last, and leaves none of those before it open', async () => {
  const desk = await openTestDesk(['One', 'Two', 'Three']);
  const { device } = desk;
  const [, two, three] = device.workspaces().map(({ id }) => id);
  let listening = 0;
  const subscribe = device.subscribe.bind(device);
  Object.assign(device, {
    subscribe: (...[listener]: Parameters<typeof subscribe>) => {
      listening += 1;
      const stop = subscribe(listener);
      return () => {
        listening -= 1;
        stop();
      };
    },
  });
  await desk.use(two as WorkspaceId);
  const one = listening;
  await Promise.all([desk.use(three as WorkspaceId), desk.use(two as WorkspaceId), desk.use(three as WorkspaceId)]);
  expect(desk.bench.getState().bench.workspace).toBe(three);
  expect(listening).toBe(one);
  await desk.close();
  expect(listening).toBe(0);
});

it('turns to another workspace also after one that is not there', async () => {
  const desk = await openTestDesk(['One', 'Two']);
  const [, two] = desk.device.workspaces().map(({ id }) => id);
  await expect(desk.use('nowhere' as WorkspaceId)).rejects.toThrow();
  await desk.use(two as WorkspaceId);
  expect(desk.bench.getState().bench.workspace).toBe(two);
  await desk.close();
});
