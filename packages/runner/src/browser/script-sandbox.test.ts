import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScriptHost, ScriptOrder } from '../script.ts';
import type { SandboxWorker } from './sandbox-frame.ts';
import { ScriptSandbox } from './script-sandbox.ts';

const ORDER: ScriptOrder = {
  ...{ when: 'prerequest', source: 'pm.variables.set("a", 1)', from: 'request' },
  about: { requestId: 'id', requestName: 'Ping', path: ['Ping'], environment: null },
  scopes: { environment: [], collection: [], globals: [], request: [] },
  ...{ data: {}, request: {}, response: null, cookies: [], timeoutMs: 1_000 },
};
/** Never asked: no script comes as far as running here. */
const HOST = {} as ScriptHost;

const terminated: number[] = [];
let opened = 0;

/** A frame that opens, and then cannot be spoken to. */
async function openBroken(): Promise<SandboxWorker> {
  const number = (opened += 1);
  return {
    postMessage: () => {
      throw new Error('the frame is broken');
    },
    on: () => undefined,
    off: () => undefined,
    terminate: () => void terminated.push(number),
  };
}

/** A frame that opens, says that it has what it was sent if it `loads`, and is silent from then on. */
async function openSilent(loads: boolean): Promise<SandboxWorker> {
  const number = (opened += 1);
  const listeners = new Map<string, (data: unknown) => void>();
  return {
    postMessage: (data) => {
      const [, id] = /__id_uvm: "([^"]+)"/.exec((data as { __init_uvm?: string }).__init_uvm ?? '') ?? [];
      if (!loads || id === undefined) return;
      queueMicrotask(() =>
        listeners.get('message')?.({ __id_uvm: id, __emit_uvm: JSON.stringify([['1'], `load.${id}`]) }),
      );
    },
    on: (name, listener) => void listeners.set(name, listener),
    off: (name) => void listeners.delete(name),
    terminate: () => void terminated.push(number),
  };
}

describe('a sandbox for scripts in the browser', () => {
  // It is given time to start, which is not waited for.
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    terminated.length = 0;
    opened = 0;
  });

  it('that does not start takes its frame with it, and the next script gets another', async () => {
    const sandbox = new ScriptSandbox(openBroken);
    for (const attempt of [1, 2]) {
      const { error } = await sandbox.run(ORDER, HOST, new AbortController().signal);
      expect(error?.message).toContain('the frame is broken');
      expect(opened).toBe(attempt);
    }
    expect(terminated).toEqual([1, 2]);
  });

  it('that could not be started ahead is started for the first script', async () => {
    const sandbox = new ScriptSandbox(openBroken);
    sandbox.warm();
    await vi.waitFor(() => expect(terminated).toEqual([1]));
    await sandbox.run(ORDER, HOST, new AbortController().signal);
    expect(opened).toBe(2);
  });

  it.each([false, true])('that stays silent is given up in time, loaded or not (%s)', async (loads) => {
    const sandbox = new ScriptSandbox(async () => openSilent(loads));
    const result = sandbox.run(ORDER, HOST, new AbortController().signal);
    await vi.waitFor(() => expect(opened).toBe(1));
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await result).error?.message).toBe('The sandbox for scripts did not start.');
    expect(terminated).toEqual([1]);
    // What the library waits for on its own passes, too, and nothing comes of it.
    await vi.advanceTimersByTimeAsync(60_000);
  });

  it('that is still starting keeps nobody who stops, and goes on for the next script', async () => {
    const sandbox = new ScriptSandbox(async () => openSilent(true));
    for (const _ of [1, 2]) {
      const stop = new AbortController();
      const result = sandbox.run(ORDER, HOST, stop.signal);
      await vi.waitFor(() => expect(opened).toBe(1));
      stop.abort();
      expect((await result).error?.name).toBe('Aborted');
    }
    expect([opened, terminated]).toEqual([1, []]);
  });

  it('is not even opened for a script that was stopped before', async () => {
    const stop = new AbortController();
    stop.abort();
    await new ScriptSandbox(openBroken).run(ORDER, HOST, stop.signal);
    expect(opened).toBe(0);
  });
});
