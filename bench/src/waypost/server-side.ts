/** Waypost's half of the port in the main process: the built server, as an operator starts it. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { signIn, signUp } from '@waypost/client/node';
import { WaypostError } from '@waypost/protocol';

import { end, track } from '../child-processes.ts';
import type { RunningServer, ServerSide } from '../contender.ts';

const bin = fileURLToPath(new URL('../../../packages/server/bin/waypost-server.js', import.meta.url));
const person = { email: 'bench@example.org', password: 'a password for the bench' };
/** The main process is one device for all runs on a folder: only the first has to make the account. */
const installation = randomUUID();

export const waypostServerSide: ServerSide = { startServer };

async function startServer(folder: string): Promise<RunningServer> {
  const flags = ['--port', '0', '--data', folder, '--max-devices', '0'];
  const child = track(spawn(process.execPath, [bin, ...flags], { stdio: ['ignore', 'pipe', 'ignore'] }));
  if (child.stdout === null || child.pid === undefined) throw new Error('the server did not start');
  const url = await readyUrl(child.stdout);
  const address = { url };
  const credentials = { ...person, installation, device: { name: 'Bench', kind: 'cli' } };
  const answer = await signUp(address, credentials).catch((error: unknown) => {
    if (error instanceof WaypostError && error.code === 'account-exists') return signIn(address, credentials);
    throw error;
  });
  const workspace = answer.workspaces.find(({ kind }) => kind === 'personal')?.id ?? '';
  const stop = (): Promise<void> => end(child, () => child.kill('SIGTERM'));
  return { address: { url, access: { ...person, workspace } }, processId: child.pid, stop };
}

async function readyUrl(output: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const part of output) {
    text += String(part);
    const found = /^Waypost is ready at (\S+)$/m.exec(text);
    if (found?.[1] === undefined) continue;
    // Whatever it still has to say is read, so that it never waits for a reader.
    output.resume();
    return found[1];
  }
  throw new Error('the server ended before it was ready');
}
