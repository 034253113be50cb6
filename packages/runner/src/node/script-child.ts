/**
 * The child process that scripts run in, with Postman's sandbox in a thread of it. It is given no rights on the disk but to
 * read the libraries, no environment, and a bound on memory: that of the engine for what it manages, and a watch on the rest.
 */
import sandbox, { type SandboxContext } from 'postman-sandbox';
import { runInSandbox } from '../script-execution.ts';
import type { ScriptHost, ScriptOrder } from '../script.ts';
import { type FromScripts, OUT_OF_MEMORY_EXIT, type ToScripts } from './script-messages.ts';

/** How often memory is looked at. A script needs longer to touch what would hurt. */
const WATCH_MS = 50;

const memoryBytesMax = Number(process.argv[2]);
setInterval(() => {
  if (process.memoryUsage.rss() > memoryBytesMax) process.exit(OUT_OF_MEMORY_EXIT);
}, WATCH_MS);
process.once('disconnect', () => process.exit(0));

const calls = new Map<number, PromiseWithResolvers<unknown>>();
let lastCall = 0;
const context = await new Promise<SandboxContext>((resolve, reject) => {
  sandbox.createContext({}, (error, made) => (error === null || error === undefined ? resolve(made) : reject(error)));
});
context.on('error', (error) => {
  if (isOutOfMemory(error)) process.exit(OUT_OF_MEMORY_EXIT);
});
process.on('message', (message) => {
  const told = message as ToScripts;
  if (told.kind === 'run') void run(told.order);
  else settle(told);
});
tell({ kind: 'ready' });

async function run(order: ScriptOrder): Promise<void> {
  const signal = new AbortController().signal;
  tell({ kind: 'ran', outcome: await runInSandbox(context, { order, host, signal }) });
}

/** What the script asks for is done by the parent. */
const host: ScriptHost = {
  said: (line) => tell({ kind: 'said', line }),
  send: async (request) => {
    const answer = await asked((call) => ({ kind: 'send', call, request }));
    return answer as Awaited<ReturnType<ScriptHost['send']>>;
  },
  cookies: async (method, args) => asked((call) => ({ kind: 'cookies', call, method, args })),
};

async function asked(message: (call: number) => FromScripts): Promise<unknown> {
  lastCall += 1;
  const answer = Promise.withResolvers<unknown>();
  calls.set(lastCall, answer);
  tell(message(lastCall));
  return answer.promise;
}

function settle({ call, error, result }: Extract<ToScripts, { kind: 'answer' }>): void {
  const answer = calls.get(call);
  calls.delete(call);
  if (error === null) answer?.resolve(result);
  else answer?.reject(new Error(error));
}

function tell(message: FromScripts): void {
  process.send?.(message);
}

function isOutOfMemory(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
