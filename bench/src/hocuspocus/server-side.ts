/** Hocuspocus's half of the port in the main process. */
import type { ServerSide } from '../contender.ts';
import { startForkedServer } from '../forked-server.ts';

export const hocuspocusServerSide: ServerSide = {
  startServer: (folder) => startForkedServer(new URL('./server.ts', import.meta.url), folder),
};
