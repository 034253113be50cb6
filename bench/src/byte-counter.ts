/** A process of its own between client and server that passes everything on and counts the bytes to the client. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

import { end, nextMessage, forkSource } from './child-processes.ts';

export interface ByteCounter {
  readonly url: string;
  /** Ends the counter and tells how many bytes went from the server to clients. */
  finish(): Promise<number>;
}

export async function startByteCounter(serverUrl: string): Promise<ByteCounter> {
  const child = forkSource(new URL(import.meta.url), new URL(serverUrl).port);
  const port = (await nextMessage(child)) as number;
  return {
    url: `http://127.0.0.1:${port}`,
    finish: async () => {
      child.send('count');
      const bytes = (await nextMessage(child)) as number;
      await end(child, () => child.disconnect());
      return bytes;
    },
  };
}

function serve(serverPort: number): void {
  const servers: Socket[] = [];
  const listener = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1');
    servers.push(server);
    client.pipe(server);
    server.pipe(client);
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
  });
  listener.listen(0, '127.0.0.1', () => process.send?.((listener.address() as AddressInfo).port));
  process.on('message', () => process.send?.(servers.reduce((sum, server) => sum + server.bytesRead, 0)));
  process.on('SIGINT', () => {});
  process.once('disconnect', () => process.exit());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve(Number(process.argv[2]));
