/** The sandbox for scripts: one is kept ready once scripts were seen, and each sending has one of its own. */
import type { ScriptEngine, ScriptHost, ScriptOrder, ScriptResult } from '@waypost/runner';
import { openSandboxFrame } from '@waypost/runner/browser';

/** Served with a policy of its own. */
const FRAME_URL = '/sandbox.html';

let ready: Promise<ScriptEngine> | null = null;

/** Starts one, so that the first script does not wait for it. */
export function warmSandbox(): void {
  ready ??= open();
}

/** A sandbox that is the caller's. */
export function takeSandbox(): ScriptEngine {
  const taken = ready ?? open();
  ready = null;
  return new Taken(taken);
}

async function open(): Promise<ScriptEngine> {
  const { ScriptSandbox } = await import('@waypost/runner/browser/scripts');
  const sandbox = new ScriptSandbox(async () => openSandboxFrame(FRAME_URL));
  sandbox.warm();
  return sandbox;
}

class Taken implements ScriptEngine {
  readonly #engine: Promise<ScriptEngine>;

  constructor(engine: Promise<ScriptEngine>) {
    this.#engine = engine;
  }

  async run(order: ScriptOrder, host: ScriptHost, signal: AbortSignal): Promise<ScriptResult> {
    return (await this.#engine).run(order, host, signal);
  }

  close(): void {
    void this.#engine.then((engine) => engine.close());
    // Where scripts ran once they will again.
    warmSandbox();
  }
}
