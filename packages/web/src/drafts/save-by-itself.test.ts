import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Bench } from '../desk/bench.ts';
import { openTestBench, settled } from '../desk/bench.fixture.ts';
import { create } from '../frame/actions.ts';
import { saveByItself } from './save-by-itself.ts';

let bench: Bench;
let close: () => Promise<void>;
const look = { theme: 'system', contrast: 'system', panes: 'below', sidebar: 'shown', autosave: true } as const;

beforeEach(async () => {
  vi.stubGlobal('window', { matchMedia: () => ({ matches: false }) });
  ({ bench, close } = await openTestBench());
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await close();
  vi.unstubAllGlobals();
});

it('saves a moment after the last keystroke, and only where that was chosen', async () => {
  vi.useRealTimers();
  const id = await create(bench, 'collection', { parent: null, name: 'Shop' });
  const stopWatching = bench.drafts.watch(id, () => undefined);
  await settled();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const chosen = { autosave: false };
  const stop = saveByItself(bench, { getState: () => ({ ...look, ...chosen }) });
  const rename = (text: string): void => bench.drafts.edit(id, [{ op: 'text', path: 'name', text }]);
  rename('A');
  await vi.advanceTimersByTimeAsync(5_000);
  expect(bench.drafts.state(id)?.isDirty).toBe(true);
  chosen.autosave = true;
  rename('AB');
  await vi.advanceTimersByTimeAsync(900);
  rename('ABC');
  await vi.advanceTimersByTimeAsync(900);
  expect(bench.drafts.state(id)?.isDirty).toBe(true);
  await vi.advanceTimersByTimeAsync(200);
  await vi.waitFor(() => expect(bench.drafts.state(id)?.isDirty).toBe(false));
  expect((await bench.elements.read(id))?.data).toContain('"ABC"');
  stop();
  stopWatching();
});
