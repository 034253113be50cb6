/** What the process that runs scripts and the one that sends tell each other. */
import type { ScriptOutcome } from '../script-execution.ts';
import type { ScriptLine, ScriptOrder } from '../script.ts';

export type ToScripts =
  | { readonly kind: 'run'; readonly order: ScriptOrder }
  | { readonly kind: 'answer'; readonly call: number; readonly error: string | null; readonly result: unknown };

export type FromScripts =
  | { readonly kind: 'ready' }
  | { readonly kind: 'said'; readonly line: ScriptLine }
  | { readonly kind: 'send'; readonly call: number; readonly request: unknown }
  | { readonly kind: 'cookies'; readonly call: number; readonly method: string; readonly args: readonly unknown[] }
  | { readonly kind: 'ran'; readonly outcome: ScriptOutcome };

/** The sandbox itself takes some 170 MB; a response of 25 MB passes through several times over. */
export const SCRIPT_MEMORY_BYTES_MAX = 1024 * 1024 * 1024;
/** How the process says that it had no more. */
export const OUT_OF_MEMORY_EXIT = 70;
