/** Scripts in the browser: Postman's own sandbox, which is what they were written for, in a worker inside of a frame. */
import bootCode from 'postman-sandbox/.cache/bootcode.browser.js';
import bridge from 'uvm/lib/bridge.js';
import type { ScriptEngine, ScriptHost, ScriptOrder, ScriptResult } from '../script.ts';
import { abortedResult, messageOf, runInSandbox, unchangedResult } from '../script-execution.ts';
import { Emitter } from './emitter.ts';
import type { SandboxWorker } from './sandbox-frame.ts';

/** For the sandbox to say that it is there, once its frame is. */
const BOOT_TIMEOUT_MS = 20_000;

interface Booted {
  readonly worker: SandboxWorker;
  readonly emitter: Emitter;
}

export class ScriptSandbox implements ScriptEngine {
  readonly #open: () => Promise<SandboxWorker>;
  #booted: Promise<Booted> | null = null;

  /** `open` makes a new frame; each script that had to be ended takes its frame with it. */
  constructor(open: () => Promise<SandboxWorker>) {
    this.#open = open;
  }

  /** Starts before anything is to run: that takes the better part of a second. */
  warm(): void {
    this.#boot().catch(() => undefined);
  }

  async run(order: ScriptOrder, host: ScriptHost, signal: AbortSignal): Promise<ScriptResult> {
    if (signal.aborted) return abortedResult(order);
    let booted: Booted | null;
    try {
      booted = await unlessStopped(this.#boot(), signal);
    } catch (error) {
      return unchangedResult(order, { name: 'Error', message: messageOf(error), from: order.from });
    }
    if (booted === null) return abortedResult(order);
    const outcome = await runInSandbox(booted.emitter, { order, host, signal });
    if (outcome.isLost) this.close();
    return outcome.result;
  }

  close(): void {
    const booted = this.#booted;
    this.#booted = null;
    booted?.then(({ worker }) => worker.terminate()).catch(() => undefined);
  }

  #boot(): Promise<Booted> {
    if (this.#booted !== null) return this.#booted;
    const booting = boot(this.#open);
    this.#booted = booting;
    // The next script tries again.
    booting.catch(() => {
      if (this.#booted === booting) this.#booted = null;
    });
    return booting;
  }
}

async function boot(open: () => Promise<SandboxWorker>): Promise<Booted> {
  const code = await new Promise<string>((resolve, reject) => {
    bootCode((error, text) => (error === null ? resolve(text) : reject(error)));
  });
  const worker = await open();
  try {
    return await started(worker, code);
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

async function started(worker: SandboxWorker, code: string): Promise<Booted> {
  const emitter = new Emitter();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The sandbox for scripts did not start.')), BOOT_TIMEOUT_MS);
      emitter.once('initialize', (error) => (error == null ? resolve() : reject(new Error(messageOf(error)))));
      // Where the library's own time is up it throws what nobody can catch: ours is up first.
      const options = { bootCode: code, bootTimeout: 2 * BOOT_TIMEOUT_MS, _sandbox: worker };
      bridge(emitter, options, (error) => {
        if (error == null) emitter.dispatch('initialize', {});
        else reject(error);
      });
    });
  } catch (error) {
    emitter._disconnect?.(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return { worker, emitter };
}

/** Null where it is stopped first; what was waited for goes on, for whoever is next. */
async function unlessStopped<Value>(awaited: Promise<Value>, signal: AbortSignal): Promise<Value | null> {
  const stopped = Promise.withResolvers<null>();
  const onAbort = (): void => stopped.resolve(null);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([awaited, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
